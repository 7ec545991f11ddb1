import { Badge, Link, Text } from '@backstage/ui';
import type {
  EvidenceRow,
  MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import { Note } from '../components';
import type { Formatter } from '../format';
import {
  linkOfEvidence,
  METRIC_WORDS,
  sayEvidenceFacts,
  sayEvidenceName,
  sayEvidenceValue,
  sayExclusion,
} from '../words';
import styles from './Evidence.module.css';

const Item = ({
  metric,
  row,
  format,
}: {
  metric: MetricName;
  row: EvidenceRow;
  format: Formatter;
}) => {
  const name = sayEvidenceName(row);
  const href = linkOfEvidence(row);
  const exclusion = sayExclusion(row);
  const place = [
    row.service,
    row.environment,
    row.at && format.instant(row.at),
  ];
  return (
    <li className={styles.row} data-excluded={exclusion !== null || undefined}>
      <div className={styles.what}>
        <Text as="span" variant="body-medium" weight="bold">
          {href ? <Link href={href}>{name}</Link> : name}
        </Text>
        {exclusion ? (
          <Badge size="small">{exclusion}</Badge>
        ) : (
          <Text as="span" variant="body-medium">
            {sayEvidenceValue(metric, row, format)}
          </Text>
        )}
      </div>
      <Note>
        {[...place, ...sayEvidenceFacts(row, format)]
          .filter(Boolean)
          .join(' · ')}
      </Note>
    </li>
  );
};

/** The rows behind a number, those left out among them where they happened. */
export const EvidenceList = ({
  metric,
  rows,
  format,
}: {
  metric: MetricName;
  rows: readonly EvidenceRow[];
  format: Formatter;
}) => (
  <ul
    className={styles.rows}
    aria-label={`Evidence of ${METRIC_WORDS[metric].title.toLowerCase()}`}
  >
    {rows.map(row => (
      <Item
        // A row that has failed and recovered may be in it twice.
        key={JSON.stringify([
          row.kind,
          row.service,
          row.environment,
          row.id,
          row.excluded,
        ])}
        metric={metric}
        row={row}
        format={format}
      />
    ))}
  </ul>
);
