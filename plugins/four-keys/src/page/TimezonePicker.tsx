import { Combobox } from '@backstage/ui';
import { useMemo } from 'react';
import { viewerTimezone } from '../format';

/** Every zone that this browser knows, the viewer's and UTC before the others. */
function zonesWith(current: string): string[] {
  return [
    ...new Set([
      viewerTimezone(),
      'UTC',
      current,
      ...Intl.supportedValuesOf('timeZone'),
    ]),
  ];
}

/** Whose days the buckets follow, and in which clock times are written. */
export const TimezonePicker = ({
  value,
  onChange,
}: {
  value: string;
  onChange: (timezone: string) => void;
}) => {
  const options = useMemo(
    () => zonesWith(value).map(id => ({ id, label: id.replaceAll('_', ' ') })),
    [value],
  );
  return (
    <Combobox
      label="Time zone"
      options={options}
      search
      value={value}
      onChange={chosen => {
        if (chosen !== null && chosen !== value) {
          onChange(String(chosen));
        }
      }}
    />
  );
};
