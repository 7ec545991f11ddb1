import {
  Card,
  Cell,
  Column,
  Row,
  TableBody,
  TableBodySkeleton,
  TableHeader,
  TablePagination,
  TableRoot,
  Text,
} from '@backstage/ui';
import type {
  MetricsRow,
  MetricsTable as MetricsTableAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useMemo, type ReactNode } from 'react';
import { useEntityNames } from '../catalog';
import type { Formatter } from '../format';
import { PAGE_SIZES, TABLE_DIMENSIONS, type TableView } from '../state';
import { CellButton } from './CellButton';
import {
  entityRefOf,
  METRICS_COLUMNS,
  ROW_LABELS,
  titleOf,
  type CellContext,
  type MetricsColumn,
} from './columns';
import styles from './MetricsTable.module.css';

const PAGE_SIZE_OPTIONS = PAGE_SIZES.map(size => ({
  value: size,
  label: `${size} rows`,
}));

type Change = (change: Partial<TableView>) => void;

/** A column whose cells know everything but their row. */
interface BoundColumn extends Omit<MetricsColumn, 'cell'> {
  readonly cell: (row: MetricsRow) => ReactNode;
}

/**
 * The table renders a cell again only when its row or its column is another
 * object, so everything else that a cell shows is bound into the column.
 */
const bindColumns = (context: CellContext, change: Change): BoundColumn[] => [
  ...METRICS_COLUMNS.filter(
    ({ isOfServices }) => !isOfServices || context.by === 'service',
  ).map(({ label, cell, ...column }) => ({
    ...column,
    label: column.isRowHeader ? ROW_LABELS[context.by] : label,
    cell: (row: MetricsRow) => cell(row, context),
  })),
  {
    id: 'why',
    label: 'Why',
    cell: row => (
      <CellButton
        label={`Why are the numbers of ${titleOf(row, context)} so?`}
        onPress={() => change({ explain: row.key })}
      >
        Why?
      </CellButton>
    ),
  },
];

/** The metrics row by row; a row, or its last cell, opens the explanation. */
export const MetricsTable = ({
  answer,
  isStale,
  environment: asked,
  view,
  change,
  format,
}: {
  /** Without one: the place where the rows will be. */
  answer: MetricsTableAnswer | undefined;
  isStale: boolean;
  /** Where the table is about until there is an answer that says it. */
  environment: string;
  view: TableView;
  change: Change;
  format: Formatter;
}) => {
  const rows = useMemo(() => answer?.rows ?? [], [answer]);
  // While other rows are on their way, those that are there keep their columns.
  const by =
    TABLE_DIMENSIONS.find(known => known === answer?.dimension) ?? view.by;
  const environment = answer?.scope.environment ?? asked;
  const asOf = answer?.asOf ?? '';
  const names = useEntityNames(rows.flatMap(row => entityRefOf(row, by) ?? []));
  const columns = useMemo(
    () =>
      bindColumns(
        {
          by,
          environment,
          asOf,
          format,
          names,
          onEvidence: (evidence, row) => change({ evidence, of: row.key }),
        },
        change,
      ),
    [by, environment, asOf, format, names, change],
  );
  return (
    <Card className={styles.card}>
      <div
        className={styles.scroll}
        data-rows={by === 'service' ? 'service' : 'other'}
      >
        <TableRoot
          aria-label={`Metrics by ${ROW_LABELS[by].toLowerCase()}`}
          stale={isStale}
          isPending={!answer}
          sortDescriptor={{
            column: view.sort,
            direction: view.order === 'asc' ? 'ascending' : 'descending',
          }}
          onSortChange={({ column, direction }) =>
            change({
              sort: METRICS_COLUMNS.find(({ id }) => id === column)?.sort,
              order: direction === 'ascending' ? 'asc' : 'desc',
            })
          }
        >
          <TableHeader columns={columns}>
            {column => (
              <Column
                isRowHeader={column.isRowHeader}
                allowsSorting={column.sort !== undefined}
              >
                {column.label}
              </Column>
            )}
          </TableHeader>
          {answer ? (
            <TableBody
              items={rows}
              dependencies={[columns]}
              renderEmptyState={() => (
                <Text as="p" variant="body-medium">
                  {`No ${ROW_LABELS[
                    by
                  ].toLowerCase()} has anything in ${environment}. Look at another environment or a longer window.`}
                </Text>
              )}
            >
              {row => (
                <Row
                  id={row.key}
                  columns={columns}
                  onAction={() => change({ explain: row.key })}
                >
                  {column => <Cell>{column.cell(row)}</Cell>}
                </Row>
              )}
            </TableBody>
          ) : (
            <TableBodySkeleton columns={columns} />
          )}
        </TableRoot>
      </div>
      {answer && answer.totalRows > PAGE_SIZES[0] && (
        <TablePagination
          pageSize={view.rows}
          pageSizeOptions={PAGE_SIZE_OPTIONS}
          onPageSizeChange={size =>
            change({ rows: PAGE_SIZES.find(known => known === size) })
          }
          offset={(view.page - 1) * view.rows}
          totalCount={answer.totalRows}
          hasPreviousPage={view.page > 1}
          hasNextPage={view.page * view.rows < answer.totalRows}
          onPreviousPage={() => change({ page: view.page - 1 })}
          onNextPage={() => change({ page: view.page + 1 })}
        />
      )}
    </Card>
  );
};
