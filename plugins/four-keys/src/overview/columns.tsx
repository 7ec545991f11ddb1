import type { ReactNode } from 'react';
import { Badge } from '@backstage/ui';
import type {
  MetricName,
  MetricsRow,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { TableSortKey } from '../api';
import { EntityLink, nameOfRef, type EntityNames } from '../catalog';
import { Sparkline } from '../components';
import type { Formatter } from '../format';
import type { TableDimension } from '../state';
import { METRIC_WORDS, saySilence, sayNullState, sayValue } from '../words';
import { CellButton } from './CellButton';
import styles from './MetricsTable.module.css';

/** What a cell needs beside its row. */
export interface CellContext {
  readonly by: TableDimension;
  readonly environment: string;
  readonly asOf: string;
  readonly format: Formatter;
  readonly names: ReadonlyMap<string, EntityNames>;
  readonly onEvidence: (name: MetricName, row: MetricsRow) => void;
}

/** A column of the table. */
export interface MetricsColumn {
  readonly id: string;
  readonly label: string;
  /** Set: the table can be sorted by it. */
  readonly sort?: TableSortKey;
  readonly isRowHeader?: boolean;
  /** Where a row is something other than a service, it has no such thing. */
  readonly isOfServices?: boolean;
  readonly cell: (row: MetricsRow, context: CellContext) => ReactNode;
}

export const ROW_LABELS: Record<TableDimension, string> = {
  service: 'Service',
  team: 'Team',
  system: 'System',
  domain: 'Domain',
  template: 'Template',
};

/** The catalog entity of a row, where it has one. */
export function entityRefOf(
  row: MetricsRow,
  by: TableDimension,
): string | null {
  if (by === 'team' || by === 'system' || by === 'domain') {
    return row.key || null;
  }
  return by === 'service' ? row.entityRef : null;
}

/** What people call a row. */
export function titleOf(
  row: MetricsRow,
  { by, names }: Pick<CellContext, 'by' | 'names'>,
): string {
  const ref = entityRefOf(row, by);
  if (ref === null) {
    return row.key || `No ${ROW_LABELS[by].toLowerCase()}`;
  }
  return names.get(ref)?.title ?? (by === 'service' ? row.key : nameOfRef(ref));
}

const Marks = ({ row, context }: { row: MetricsRow; context: CellContext }) => {
  if (context.by !== 'service') {
    return null;
  }
  const silence = saySilence(row, context);
  return (
    <>
      {row.entityRef === null && <Badge size="small">Not in the catalog</Badge>}
      {silence && <Badge size="small">{silence}</Badge>}
    </>
  );
};

const NameCell = ({
  row,
  context,
}: {
  row: MetricsRow;
  context: CellContext;
}) => {
  const ref = entityRefOf(row, context.by);
  const title = titleOf(row, context);
  return (
    <div className={styles.name}>
      {ref === null ? (
        <span>{title}</span>
      ) : (
        <EntityLink entityRef={ref}>{title}</EntityLink>
      )}
      <Marks row={row} context={context} />
    </div>
  );
};

const OwnerCell = ({
  row,
  context,
}: {
  row: MetricsRow;
  context: CellContext;
}) => {
  const owner = row.entityRef && context.names.get(row.entityRef)?.owner;
  return owner ? (
    <EntityLink entityRef={owner}>{nameOfRef(owner)}</EntityLink>
  ) : null;
};

/** A number with what it counts, or in few words why there is none. */
const NumberCell = ({
  name,
  row,
  context,
  detail,
}: {
  name: MetricName;
  row: MetricsRow;
  context: CellContext;
  detail: string;
}) => {
  const { metrics } = row;
  const { environment, format, onEvidence } = context;
  const missing = sayNullState(name, { metrics, environment, format });
  const said = missing?.short ?? sayValue(name, metrics, format);
  // What belongs to no team, or to no system, cannot be asked for as a scope.
  const hasEvidence = row.key !== '';
  return (
    <div className={styles.number}>
      {hasEvidence ? (
        <CellButton
          isQuiet={Boolean(missing)}
          label={`${said}: show the evidence of ${METRIC_WORDS[
            name
          ].title.toLowerCase()} of ${titleOf(row, context)}`}
          onPress={() => onEvidence(name, row)}
        >
          {said ?? ''}
        </CellButton>
      ) : (
        <span>{said}</span>
      )}
      {!missing && <span className={styles.detail}>{detail}</span>}
    </div>
  );
};

function sayTrend(trend: MetricsRow['trend'], format: Formatter): string {
  const known = trend.filter(value => value !== null);
  if (known.length === 0) {
    return 'No deployments to draw';
  }
  return `Deployments over the window in ${format.count(
    known.length,
    'step',
  )}: between ${format.number(Math.min(...known))} and ${format.number(
    Math.max(...known),
  )}, lately ${format.number(known[known.length - 1])}`;
}

/** The columns from left to right. */
export const METRICS_COLUMNS: readonly MetricsColumn[] = [
  {
    id: 'key',
    label: 'Name',
    sort: 'key',
    isRowHeader: true,
    cell: (row, context) => <NameCell row={row} context={context} />,
  },
  {
    id: 'owner',
    label: 'Owner',
    isOfServices: true,
    cell: (row, context) => <OwnerCell row={row} context={context} />,
  },
  {
    id: 'deploymentFrequency',
    label: 'Frequency',
    sort: 'deploymentFrequency',
    cell: (row, context) => (
      <NumberCell
        name="deploymentFrequency"
        row={row}
        context={context}
        detail={`${context.format.number(
          row.metrics.deploymentFrequency.count,
        )} in all`}
      />
    ),
  },
  {
    id: 'leadTime',
    label: 'Lead time',
    sort: 'leadTime',
    cell: (row, context) => (
      <NumberCell
        name="leadTime"
        row={row}
        context={context}
        detail={context.format.count(row.metrics.leadTime.count, 'change')}
      />
    ),
  },
  {
    id: 'changeFailureRate',
    label: 'Failure rate',
    sort: 'changeFailureRate',
    cell: (row, context) => (
      <NumberCell
        name="changeFailureRate"
        row={row}
        context={context}
        detail={`${context.format.number(
          row.metrics.changeFailureRate.failed,
        )} of ${context.format.number(row.metrics.changeFailureRate.count)}`}
      />
    ),
  },
  {
    id: 'timeToRestore',
    label: 'Time to restore',
    sort: 'timeToRestore',
    cell: (row, context) => (
      <NumberCell
        name="timeToRestore"
        row={row}
        context={context}
        detail={context.format.count(
          row.metrics.timeToRestore.count,
          'incident',
        )}
      />
    ),
  },
  {
    id: 'lastDeploymentAt',
    label: 'Last deployed',
    sort: 'lastDeploymentAt',
    cell: ({ lastDeploymentAt }, { format, asOf }) =>
      lastDeploymentAt && (
        <div className={styles.number}>
          <span>{format.ago(lastDeploymentAt, asOf)}</span>
          <span className={styles.detail}>{format.day(lastDeploymentAt)}</span>
        </div>
      ),
  },
  {
    id: 'trend',
    label: 'Trend',
    cell: ({ trend }, { format }) => (
      <Sparkline values={trend} label={sayTrend(trend, format)} />
    ),
  },
];
