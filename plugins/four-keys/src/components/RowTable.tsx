import {
  Button,
  Card,
  Cell,
  Column,
  Row,
  TableBody,
  TableBodySkeleton,
  TableHeader,
  TableRoot,
} from '@backstage/ui';
import { useState, type ReactNode } from 'react';
import type { Formatter } from '../format';
import { Note } from './Note';
import styles from './RowTable.module.css';

const SHOWN_AT_FIRST = 25;
const HEADER_HEIGHT = 40;

/** A column of a {@link RowTable}. */
export interface RowColumn<T> {
  readonly id: string;
  readonly label: string;
  readonly isRowHeader?: boolean;
  readonly cell: (item: T) => ReactNode;
}

/** Rows of one kind; more of them are shown on demand. */
export const RowTable = <T extends object>({
  label,
  columns,
  rows,
  keyOf,
  format,
  minWidth,
  leastRowHeight,
  isStale = false,
  hasShortNames = false,
}: {
  label: string;
  columns: ReadonlyArray<RowColumn<T>>;
  /** Undefined: on their way. */
  rows: readonly T[] | undefined;
  keyOf: (item: T) => string;
  format: Formatter;
  /** Below this width it scrolls, a CSS length. */
  minWidth: string;
  /** Of a row with little in it, in pixels. */
  leastRowHeight: number;
  isStale?: boolean;
  /** The first column needs little room. */
  hasShortNames?: boolean;
}) => {
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  const items = (rows ?? [])
    .slice(0, shown)
    .map(item => ({ id: keyOf(item), item }));
  return (
    <Card className={styles.card}>
      <div
        className={styles.scroll}
        data-short-names={hasShortNames || undefined}
        // The rows come a frame after the table, and must not push what is below.
        style={{ minHeight: HEADER_HEIGHT + items.length * leastRowHeight }}
      >
        <TableRoot
          aria-label={label}
          stale={isStale}
          isPending={!rows}
          style={{ minWidth }}
        >
          <TableHeader columns={[...columns]}>
            {column => (
              <Column isRowHeader={column.isRowHeader}>{column.label}</Column>
            )}
          </TableHeader>
          {rows ? (
            <TableBody items={items} dependencies={[columns]}>
              {({ id, item }) => (
                <Row id={id} columns={[...columns]}>
                  {column => <Cell>{column.cell(item)}</Cell>}
                </Row>
              )}
            </TableBody>
          ) : (
            <TableBodySkeleton columns={[...columns]} />
          )}
        </TableRoot>
      </div>
      {rows && rows.length > shown && (
        <div className={styles.more}>
          <Button
            size="small"
            variant="secondary"
            onPress={() => setShown(count => count + 4 * SHOWN_AT_FIRST)}
          >
            Show more
          </Button>
          <div role="status">
            <Note as="span">
              {`${format.number(shown)} of ${format.number(rows.length)} shown`}
            </Note>
          </div>
        </div>
      )}
    </Card>
  );
};
