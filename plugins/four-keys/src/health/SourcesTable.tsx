import type { SourceHealth } from '@four-keys/backstage-plugin-four-keys-common';
import { useMemo } from 'react';
import { Mark, Note, RowTable, type RowColumn } from '../components';
import type { Formatter } from '../format';

/** A source that was silent for longer may have lost its wire. */
const SILENT_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

function silenceOf({ lastReceivedAt }: SourceHealth, now: number): boolean {
  return (
    lastReceivedAt !== null &&
    now - Date.parse(lastReceivedAt) > SILENT_AFTER_MS
  );
}

const columnsOf = (
  format: Formatter,
  now: number,
): Array<RowColumn<SourceHealth>> => [
  {
    id: 'source',
    label: 'Source',
    isRowHeader: true,
    cell: row => (
      <>
        <div>{row.source}</div>
        {silenceOf(row, now) && (
          <Mark shape="ring" tone="warning">
            Silent for a week
          </Mark>
        )}
      </>
    ),
  },
  {
    id: 'last',
    label: 'Last event',
    cell: row => (
      <>
        <div>
          {row.lastReceivedAt === null
            ? 'Never'
            : format.ago(row.lastReceivedAt, new Date(now).toISOString())}
        </div>
        {row.lastEventAt !== null && (
          <Note as="span">{`of ${format.instant(row.lastEventAt)}`}</Note>
        )}
      </>
    ),
  },
  {
    id: 'rate',
    label: 'In the last hour',
    cell: row => format.number(row.lastHour),
  },
  { id: 'total', label: 'Ever', cell: row => format.number(row.total) },
  {
    id: 'rejected',
    label: 'Rejected',
    cell: row => format.number(row.rejected),
  },
  {
    id: 'conflicts',
    label: 'Contradictions',
    cell: row => format.number(row.conflicts),
  },
];

/** Who sends events, how much, and what was not taken. */
export const SourcesTable = ({
  sources,
  isStale,
  format,
}: {
  sources: readonly SourceHealth[];
  isStale: boolean;
  format: Formatter;
}) => {
  const columns = useMemo(() => columnsOf(format, Date.now()), [format]);
  return (
    <RowTable
      label="Sources"
      columns={columns}
      rows={sources}
      keyOf={({ source }) => source}
      format={format}
      minWidth="44rem"
      leastRowHeight={58}
      isStale={isStale}
    />
  );
};
