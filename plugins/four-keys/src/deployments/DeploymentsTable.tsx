import { Button } from '@backstage/ui';
import type { DeploymentRow } from '@four-keys/backstage-plugin-four-keys-common';
import { useMemo } from 'react';
import { Mark, Note, RowTable, WebLink, type RowColumn } from '../components';
import type { Formatter } from '../format';
import {
  sayAftermath,
  sayContents,
  sayDeployment,
  sayOutcome,
  timeOfDeployment,
} from '../words';

const columnsOf = (
  rows: readonly DeploymentRow[],
  format: Formatter,
  onOpen: (environment: string, id: string) => void,
): Array<RowColumn<DeploymentRow>> => [
  {
    id: 'deployment',
    label: 'Deployment',
    isRowHeader: true,
    cell: row => (
      <>
        <div>{sayDeployment(row.id)}</div>
        <Note as="span">
          {[row.environment, row.version && `version ${row.version}`]
            .filter(Boolean)
            .join(' · ')}
        </Note>
      </>
    ),
  },
  {
    id: 'when',
    label: 'When',
    cell: row => {
      const at = timeOfDeployment(row);
      return at === null ? 'Not told' : format.instant(at);
    },
  },
  {
    id: 'outcome',
    label: 'Outcome',
    cell: row => {
      const { word, shape, tone } = sayOutcome(row);
      const aftermath = sayAftermath(row, format);
      return (
        <>
          <Mark shape={shape} tone={tone}>
            {word}
          </Mark>
          {aftermath && <Note>{aftermath}</Note>}
        </>
      );
    },
  },
  {
    id: 'contents',
    label: 'Contents',
    cell: row => sayContents(row, format),
  },
  // Where events tell no links, a column for them would only be in the way.
  ...(rows.some(({ urls }) => urls.commit ?? urls.pipeline)
    ? [
        {
          id: 'links',
          label: 'Links',
          cell: ({ urls }: DeploymentRow) => (
            <>
              {urls.commit && <WebLink href={urls.commit}>Commit</WebLink>}{' '}
              {urls.pipeline && (
                <WebLink href={urls.pipeline}>Pipeline</WebLink>
              )}
            </>
          ),
        },
      ]
    : []),
  {
    id: 'open',
    label: 'Open',
    cell: row => (
      <Button
        size="small"
        variant="tertiary"
        aria-label={`Open ${sayDeployment(row.id)}`}
        onPress={() => onOpen(row.environment, row.id)}
      >
        Open
      </Button>
    ),
  },
];

/** The deployments of a service, the latest first. */
export const DeploymentsTable = ({
  rows,
  isStale,
  format,
  onOpen,
}: {
  rows: readonly DeploymentRow[];
  isStale: boolean;
  format: Formatter;
  onOpen: (environment: string, id: string) => void;
}) => {
  const columns = useMemo(
    () => columnsOf(rows, format, onOpen),
    [rows, format, onOpen],
  );
  return (
    <RowTable
      label="Deployments"
      columns={columns}
      rows={rows}
      keyOf={row => JSON.stringify([row.environment, row.id])}
      format={format}
      minWidth="52rem"
      leastRowHeight={58}
      isStale={isStale}
    />
  );
};
