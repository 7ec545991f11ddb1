import { Text } from '@backstage/ui';
import type {
  ChangeRow,
  LeadTimePart,
} from '@four-keys/backstage-plugin-four-keys-common';
import { Note, WebLink } from '../components';
import type { Formatter } from '../format';
import { sayPart } from '../words';
import styles from './Detail.module.css';

/** Where the time went: the parts side by side, and in words. */
const Parts = ({
  parts,
  format,
}: {
  parts: readonly LeadTimePart[];
  format: Formatter;
}) => (
  <>
    <div className={styles.bar} aria-hidden="true">
      {parts.map((part, index) => (
        <span
          key={part.to}
          data-pattern={index}
          style={{ flexGrow: part.seconds, flexBasis: 0 }}
        />
      ))}
    </div>
    <Note>
      {parts
        .map(part => `${sayPart(part)} ${format.duration(part.seconds)}`)
        .join(' · ')}
    </Note>
  </>
);

function sayLeadTime(
  { leadTime, lowerBound }: ChangeRow,
  format: Formatter,
): string {
  if (leadTime === null) {
    return 'No commit time';
  }
  if (leadTime < 0) {
    return 'Deployed before its commit';
  }
  return `${lowerBound ? 'At least ' : ''}${format.duration(leadTime)}`;
}

const Change = ({
  change,
  format,
}: {
  change: ChangeRow;
  format: Formatter;
}) => {
  const sha = change.commitSha.slice(0, 10);
  const { commit, pullRequest } = change.urls;
  const name = change.prId && `Pull request ${change.prId}`;
  return (
    <li>
      <div className={styles.line}>
        <Text as="span" variant="body-medium">
          {commit ? <WebLink href={commit}>{sha}</WebLink> : sha}
          {name && ' · '}
          {name && pullRequest ? (
            <WebLink href={pullRequest}>{name}</WebLink>
          ) : (
            name
          )}
        </Text>
        <Text as="span" variant="body-medium" weight="bold">
          {sayLeadTime(change, format)}
        </Text>
      </div>
      {change.leadTimeParts.length > 0 && (
        <Parts parts={change.leadTimeParts} format={format} />
      )}
    </li>
  );
};

/** The changes that belong to a deployment, with where their lead time went. */
export const ChangeList = ({
  changes,
  contentsKnown,
  format,
}: {
  changes: readonly ChangeRow[];
  contentsKnown: boolean;
  format: Formatter;
}) =>
  changes.length === 0 ? (
    <Note>
      {contentsKnown
        ? 'It brought nothing new: its changes were deployed before.'
        : 'Nobody knows which changes it contains: name its commit, or list its commits, when it is reported.'}
    </Note>
  ) : (
    <ul className={styles.rows} aria-label="Changes">
      {changes.map(change => (
        <Change key={change.commitSha} change={change} format={format} />
      ))}
    </ul>
  );
