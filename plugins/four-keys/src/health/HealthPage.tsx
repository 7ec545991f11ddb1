import { Alert, Flex } from '@backstage/ui';
import type {
  PipelineHealth,
  ReadinessAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import {
  ErrorPanel,
  Facts,
  FirstSteps,
  LoadingBlocks,
  Mark,
  Note,
  Section,
} from '../components';
import type { Formatter } from '../format';
import { viewerTimezone } from '../format';
import { PageBody } from '../page';
import { useAnswer, useFormatter, type Answer } from '../state';
import { DeadLetters } from './DeadLetters';
import styles from './Health.module.css';
import { Readiness, useReadiness } from './Readiness';
import { SourcesTable } from './SourcesTable';

const STATUS = {
  ok: { word: 'Well', shape: 'disc', tone: 'good' },
  degraded: { word: 'Needs attention', shape: 'triangle', tone: 'warning' },
  down: { word: 'Down', shape: 'square', tone: 'bad' },
} as const;

const State = ({
  health,
  format,
}: {
  health: PipelineHealth;
  format: Formatter;
}) => {
  const { word, shape, tone } = STATUS[health.status];
  return (
    <Facts
      facts={[
        [
          'Pipeline',
          <Mark key="status" shape={shape} tone={tone}>
            {word}
          </Mark>,
        ],
        ['Transport', health.transport],
        ['Waiting to be stored', format.count(health.lag, 'event')],
        [
          'Waiting to be computed',
          format.count(health.dirtyBacklog, 'service'),
        ],
        ['Dead letters', format.number(health.deadLetters)],
        [
          'Collector',
          health.loopAgeMs === null
            ? 'Runs elsewhere'
            : `Went round ${format.duration(
                Math.round(health.loopAgeMs / 1000),
              )} ago`,
        ],
      ]}
    />
  );
};

const Problems = ({ health }: { health: PipelineHealth }) =>
  health.problems.length === 0 ? null : (
    <Alert
      role="status"
      status={health.status === 'ok' ? 'info' : 'warning'}
      icon
      title={
        health.status === 'ok' ? 'Could be better' : 'Something is to be done'
      }
      description={
        <ul className={styles.list}>
          {health.problems.map(problem => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      }
    />
  );

const Quarantine = ({
  quarantine,
  format,
}: Pick<PipelineHealth, 'quarantine'> & { format: Formatter }) => (
  <ul className={styles.list}>
    {quarantine.map(stopped => (
      <li key={stopped.partition}>
        {`Partition ${stopped.partition} stands still since ${format.instant(
          stopped.since,
        )}: ${stopped.reason}. ${format.count(
          stopped.waiting,
          'record',
        )} wait and are not lost; the next trial is at ${format.instant(
          stopped.nextTrialAt,
        )}.`}
      </li>
    ))}
  </ul>
);

const Unplaced = ({
  health: { unmappedEnvironments, unregisteredServices },
  format,
}: {
  health: PipelineHealth;
  format: Formatter;
}) => (
  <>
    <Section title="Environments without a tier">
      {unmappedEnvironments.length === 0 ? (
        <Note>Every environment has a tier.</Note>
      ) : (
        <>
          <ul className={styles.list}>
            {unmappedEnvironments.map(({ environment, deployments }) => (
              <li key={environment}>
                {`${environment}: ${format.count(deployments, 'deployment')}`}
              </li>
            ))}
          </ul>
          <Note>
            They count in no tier until fourKeys.environments maps them.
          </Note>
        </>
      )}
    </Section>
    <Section title="Services without a catalog entity">
      {unregisteredServices.length === 0 ? (
        <Note>Every service that sends events is in the catalog.</Note>
      ) : (
        <>
          <ul className={styles.list}>
            {unregisteredServices.map(service => (
              <li key={service}>{service}</li>
            ))}
          </ul>
          <Note>
            They belong to no team. Set the annotation four-keys.dev/service-id
            on the entity that each belongs to.
          </Note>
        </>
      )}
    </Section>
  </>
);

const Health = ({
  health,
  readiness,
  isStale,
  format,
}: {
  health: PipelineHealth;
  readiness: Answer<ReadinessAnswer>;
  isStale: boolean;
  format: Formatter;
}) => (
  <Flex direction="column" gap="5">
    <Problems health={health} />
    <Section title="State">
      <State health={health} format={format} />
    </Section>
    {health.quarantine.length > 0 && (
      <Section title="Partitions that stand still">
        <Quarantine quarantine={health.quarantine} format={format} />
      </Section>
    )}
    <Section title="Sources">
      <SourcesTable
        sources={health.sources}
        isStale={isStale}
        format={format}
      />
    </Section>
    <Unplaced health={health} format={format} />
    <Section title="Readiness by team">
      <Readiness answer={readiness} format={format} />
    </Section>
    <Section title="Dead letters">
      <DeadLetters reasons={health.deadLetterReasons} format={format} />
    </Section>
  </Flex>
);

/** How the pipeline is that feeds the numbers, and what to do where it is not well. */
export const HealthPage = () => {
  const format = useFormatter(viewerTimezone());
  const { value, error, isPending, retry } = useAnswer(
    ['pipeline health'],
    (api, options) => api.pipelineHealth(options),
  );
  const readiness = useReadiness();
  // All at once: what came later would push away what is being read.
  const isThere =
    value !== undefined &&
    (readiness.value !== undefined || readiness.error !== undefined);
  return (
    <PageBody>
      {error && (
        <ErrorPanel
          what="The state of the pipeline"
          error={error}
          onRetry={retry}
        />
      )}
      {!error && !isThere && (
        <LoadingBlocks label="Loading the pipeline" count={4} height={120} />
      )}
      {!error &&
        isThere &&
        value.status !== 'down' &&
        !value.sources.length && (
          <FirstSteps
            title="No source has sent anything yet"
            service="my-service"
            environment="production"
          />
        )}
      {!error &&
        isThere &&
        (value.status === 'down' || value.sources.length > 0) && (
          <Health
            health={value}
            readiness={readiness}
            isStale={isPending}
            format={format}
          />
        )}
    </PageBody>
  );
};
