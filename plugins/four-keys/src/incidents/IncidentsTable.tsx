import { Button } from '@backstage/ui';
import type { IncidentRow } from '@four-keys/backstage-plugin-four-keys-common';
import { useMemo } from 'react';
import { EntityLink, nameOfRef } from '../catalog';
import { Mark, Note, RowTable, WebLink, type RowColumn } from '../components';
import type { Formatter } from '../format';
import { LINK_METHODS, sayDeployment } from '../words';

const sayCorrection = (
  { correction }: IncidentRow,
  format: Formatter,
): string | null =>
  correction &&
  [
    `by ${correction.by === null ? 'somebody' : nameOfRef(correction.by)}`,
    format.instant(correction.at),
    correction.reason,
  ]
    .filter(Boolean)
    .join(' · ');

const columnsOf = (
  format: Formatter,
  onCorrect: ((row: IncidentRow) => void) | undefined,
): Array<RowColumn<IncidentRow>> => [
  {
    id: 'incident',
    label: 'Incident',
    isRowHeader: true,
    cell: row => (
      <>
        <div>
          {row.url ? (
            <WebLink href={row.url}>{row.incidentId}</WebLink>
          ) : (
            row.incidentId
          )}
        </div>
        <Note as="span">
          {[
            row.title,
            row.severity && `severity ${row.severity}`,
            row.external && 'caused outside',
          ]
            .filter(Boolean)
            .join(' · ')}
        </Note>
      </>
    ),
  },
  {
    id: 'service',
    label: 'Service',
    cell: row =>
      row.entityRef ? (
        <EntityLink entityRef={row.entityRef}>{row.service}</EntityLink>
      ) : (
        row.service
      ),
  },
  {
    id: 'start',
    label: 'Started',
    cell: row =>
      row.start === null ? 'Never told' : format.instant(row.start),
  },
  {
    id: 'duration',
    label: 'Lasted',
    cell: row =>
      row.duration === null ? (
        <Mark shape="square" tone="bad">
          {row.start === null ? 'Unknown' : 'Open'}
        </Mark>
      ) : (
        format.duration(row.duration)
      ),
  },
  {
    id: 'link',
    label: 'Blamed on',
    cell: row => (
      <>
        <div>
          {row.link.deploymentId === null
            ? 'No deployment'
            : sayDeployment(row.link.deploymentId)}
        </div>
        <Note>
          {row.link.method === 'unlinked'
            ? 'None is named or close before it'
            : LINK_METHODS[row.link.method]}
        </Note>
        {row.correction && <Note>{sayCorrection(row, format)}</Note>}
      </>
    ),
  },
  ...(onCorrect
    ? [
        {
          id: 'correct',
          label: 'Correct',
          cell: (row: IncidentRow) => (
            <Button
              size="small"
              variant="tertiary"
              aria-label={`Correct what ${row.incidentId} is blamed on`}
              onPress={() => onCorrect(row)}
            >
              Correct
            </Button>
          ),
        },
      ]
    : []),
];

/** Incidents, the latest first, with what is blamed and how that was found. */
export const IncidentsTable = ({
  rows,
  isStale,
  format,
  onCorrect,
}: {
  rows: readonly IncidentRow[] | undefined;
  isStale: boolean;
  format: Formatter;
  /** Undefined: the viewer may not. */
  onCorrect: ((row: IncidentRow) => void) | undefined;
}) => {
  const columns = useMemo(
    () => columnsOf(format, onCorrect),
    [format, onCorrect],
  );
  return (
    <RowTable
      label="Incidents"
      columns={columns}
      rows={rows}
      keyOf={row => JSON.stringify([row.service, row.incidentId])}
      format={format}
      minWidth="58rem"
      leastRowHeight={73}
      isStale={isStale}
    />
  );
};
