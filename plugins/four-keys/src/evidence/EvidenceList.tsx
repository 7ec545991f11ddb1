import { Badge, Link, Text } from '@backstage/ui';
import type {
  EvidenceRow,
  MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import { EntityLink } from '../catalog';
import { Note } from '../components';
import type { Formatter } from '../format';
import {
  linksOfEvidence,
  METRIC_WORDS,
  sayEvidenceFacts,
  sayEvidenceName,
  sayEvidenceValue,
  sayExclusion,
} from '../words';
import styles from './Evidence.module.css';

const Links = ({ row }: { row: EvidenceRow }) => {
  const links = linksOfEvidence(row);
  return links.length === 0 ? null : (
    <div className={styles.links}>
      {links.map(({ title, href }) => (
        <Link key={title} href={href} target="_blank">
          {title}
        </Link>
      ))}
    </div>
  );
};

const Place = ({ row, format }: { row: EvidenceRow; format: Formatter }) => {
  const rest = [
    row.environment,
    row.at && format.instant(row.at),
    ...sayEvidenceFacts(row, format),
  ].filter(Boolean);
  return (
    <div className={styles.place}>
      <Note>
        {row.entityRef ? (
          <EntityLink entityRef={row.entityRef}>{row.service}</EntityLink>
        ) : (
          row.service
        )}
        {` · ${rest.join(' · ')}`}
      </Note>
    </div>
  );
};

const Item = ({
  metric,
  row,
  format,
}: {
  metric: MetricName;
  row: EvidenceRow;
  format: Formatter;
}) => {
  const exclusion = sayExclusion(row);
  return (
    <li className={styles.row} data-excluded={exclusion !== null || undefined}>
      <div className={styles.what}>
        <Text as="span" variant="body-medium" weight="bold">
          {sayEvidenceName(row)}
        </Text>
        {exclusion ? (
          <Badge size="small">{exclusion}</Badge>
        ) : (
          <Text as="span" variant="body-medium">
            {sayEvidenceValue(metric, row, format)}
          </Text>
        )}
      </div>
      <Place row={row} format={format} />
      <Links row={row} />
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
