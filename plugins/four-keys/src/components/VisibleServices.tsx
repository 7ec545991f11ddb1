import type { Visibility } from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';
import { Note } from './Note';

/** Says it where a viewer may not see every service of the scope. */
export const VisibleServices = ({
  services: { visible, of },
  format,
}: {
  services: Visibility;
  format: Formatter;
}) =>
  visible < of ? (
    <Note>
      {`${format.number(visible)} of ${format.count(
        of,
        'service',
      )} visible to you; the others are in none of these rows.`}
    </Note>
  ) : null;
