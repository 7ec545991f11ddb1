import { Link } from '@backstage/ui';
import type {
  EntityReadiness,
  ReadinessAnswer,
  TeamReadiness,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useMemo } from 'react';
import { EntityLink, nameOfRef } from '../catalog';
import {
  EmptyState,
  ErrorPanel,
  LoadingBlocks,
  Note,
  RowTable,
  type RowColumn,
} from '../components';
import type { Formatter } from '../format';
import { useAnswer, type Answer } from '../state';
import styles from './Health.module.css';

const teamColumns = (format: Formatter): Array<RowColumn<TeamReadiness>> => [
  {
    id: 'team',
    label: 'Team',
    isRowHeader: true,
    cell: ({ team }) =>
      team === null ? (
        'Nobody'
      ) : (
        <EntityLink entityRef={team}>{nameOfRef(team)}</EntityLink>
      ),
  },
  {
    id: 'ready',
    label: 'Ready',
    cell: ({ ready, entities, share }) => (
      <>
        <div>{share === null ? 'None yet' : format.ratio(share)}</div>
        <Note as="span">
          {`${format.number(ready)} of ${format.count(
            entities,
            'entity',
            'entities',
          )}`}
        </Note>
      </>
    ),
  },
  {
    id: 'problems',
    label: 'To be mended',
    cell: ({ problems }) =>
      Object.entries(problems)
        .map(([code, count]) => `${code.replaceAll('_', ' ')} (${count})`)
        .join(', ') || 'Nothing',
  },
];

const entityColumns: Array<RowColumn<EntityReadiness>> = [
  {
    id: 'entity',
    label: 'Entity',
    isRowHeader: true,
    cell: ({ entityRef, title }) =>
      entityRef === null ? (
        title
      ) : (
        <EntityLink entityRef={entityRef}>{title}</EntityLink>
      ),
  },
  {
    id: 'remedy',
    label: 'What to do',
    cell: ({ problems }) => (
      <ul className={styles.list}>
        {problems.map(problem => (
          <li key={problem.message}>
            {problem.remedy}
            {/^https?:/.test(problem.docs) && (
              <>
                {' '}
                <Link href={problem.docs} target="_blank" rel="noopener">
                  Why
                </Link>
              </>
            )}
          </li>
        ))}
      </ul>
    ),
  },
];

/** How far every entity is from being measured well. */
export const useReadiness = (): Answer<ReadinessAnswer> =>
  useAnswer(['readiness'], (api, options) => api.readiness(options));

/** How far each team is from being measured well, and what it can do about it. */
export const Readiness = ({
  answer: { value, error, isPending, retry },
  format,
}: {
  answer: Answer<ReadinessAnswer>;
  format: Formatter;
}) => {
  const columns = useMemo(() => teamColumns(format), [format]);
  if (error) {
    return <ErrorPanel what="The readiness" error={error} onRetry={retry} />;
  }
  if (!value) {
    return (
      <LoadingBlocks label="Loading the readiness" count={1} height={160} />
    );
  }
  if (value.totals.entities === 0) {
    return (
      <EmptyState
        what="The catalog has no entity that should be measured."
        todo="Register a component, and give it the annotations of Four Keys."
      />
    );
  }
  const unready = value.rows.filter(({ ready }) => !ready);
  return (
    <>
      <RowTable
        label="Readiness by team"
        columns={columns}
        rows={value.teams}
        keyOf={({ team }) => team ?? ''}
        format={format}
        minWidth="36rem"
        leastRowHeight={58}
        isStale={isPending}
      />
      <Note>
        {`As of ${format.instant(value.asOf)}.`}
        {value.entities.visible < value.entities.of &&
          ` ${format.number(value.entities.visible)} of ${format.count(
            value.entities.of,
            'entity',
            'entities',
          )} visible to you.`}
      </Note>
      {unready.length > 0 && (
        <RowTable
          label="What to mend first"
          columns={entityColumns}
          rows={unready}
          keyOf={({ entityRef, service, title }) =>
            entityRef ?? service ?? title
          }
          format={format}
          minWidth="36rem"
          leastRowHeight={44}
        />
      )}
    </>
  );
};
