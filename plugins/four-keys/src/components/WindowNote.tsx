import type {
  MetricsAnswer,
  Visibility,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';
import { Note } from './Note';

const sayVisibility = ({ visible, of }: Visibility, format: Formatter) =>
  visible < of
    ? `${format.number(visible)} of ${format.count(
        of,
        'service',
      )} visible to you; the others are not in these numbers. Ask for the permission fourKeys.metrics.read on them.`
    : `${format.count(of, 'service')}.`;

/** Which days, whose days, how much of them was observed, and up to when. */
export const WindowNote = ({
  answer,
  format,
}: {
  answer: Pick<MetricsAnswer, 'window' | 'services' | 'asOf'>;
  format: Formatter;
}) => {
  const { from, to, timezone, observedDays } = answer.window;
  const observed =
    observedDays === null
      ? ''
      : ` ${format.number(observedDays, 1)} days observed.`;
  return (
    <Note>
      {`${format.instant(from)} to ${format.instant(
        to,
      )}, ${timezone}.${observed} ${sayVisibility(
        answer.services,
        format,
      )} Complete up to ${format.instant(answer.asOf)}.`}
    </Note>
  );
};
