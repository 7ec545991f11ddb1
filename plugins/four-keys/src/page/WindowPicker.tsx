import { DateRangePicker } from '@backstage/ui';
import { parseDate, today } from '@internationalized/date';
import { useState } from 'react';
import {
  dayRangeOf,
  WINDOW_DAYS,
  type DayRange,
  type PageState,
  type WindowChoice,
} from '../state';
import { Choice } from './Choice';

const CUSTOM = 'custom';

const OPTIONS = [
  ...WINDOW_DAYS.map(days => ({
    id: String(days),
    label: days === 365 ? 'Last year' : `Last ${days} days`,
  })),
  { id: CUSTOM, label: 'From … to …' },
];

const MOST_YEARS = { years: 3 };

/** The range that is shown when somebody begins to choose one. */
const rangeUpToToday = (timezone: string): DayRange => {
  const to = today(timezone);
  return { from: to.subtract({ days: 29 }).toString(), to: to.toString() };
};

const RangePicker = ({
  range,
  timezone,
  onChange,
}: {
  range: DayRange;
  timezone: string;
  onChange: (range: DayRange) => void;
}) => (
  <DateRangePicker
    label="Days"
    value={{ start: parseDate(range.from), end: parseDate(range.to) }}
    minValue={today(timezone).subtract(MOST_YEARS)}
    maxValue={today(timezone)}
    onChange={chosen => {
      const next = chosen
        ? dayRangeOf(chosen.start.toString(), chosen.end.toString())
        : undefined;
      if (next) {
        onChange(next);
      }
    }}
  />
);

/** Over which days: up to now, or days of the calendar. */
export const WindowPicker = ({
  value,
  timezone,
  onChange,
}: {
  value: PageState['window'];
  timezone: string;
  onChange: (window: WindowChoice) => void;
}) => {
  // Whoever wants to choose days has not chosen them yet.
  const [isChoosing, setChoosing] = useState(false);
  const isRange = isChoosing || !('days' in value);
  return (
    <>
      <Choice
        label="Window"
        options={OPTIONS}
        value={isRange ? CUSTOM : String(value.days)}
        onChange={chosen => {
          const days = WINDOW_DAYS.find(known => String(known) === chosen);
          setChoosing(days === undefined);
          if (days !== undefined) {
            onChange({ days });
          }
        }}
      />
      {isRange && (
        <RangePicker
          range={'days' in value ? rangeUpToToday(timezone) : value}
          timezone={timezone}
          onChange={range => {
            setChoosing(false);
            onChange(range);
          }}
        />
      )}
    </>
  );
};
