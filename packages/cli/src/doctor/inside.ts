import type {
  PipelineHealth,
  PipelineSetup,
  ReadinessAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import { type Check, messageOf, NOTICEABLE_SKEW_MS } from './check';
import type { Finding } from './findings';

/** How many problems of the catalog are named. */
const LISTED = 5;

/** Versions, migrations, transport and clocks. */
export const setup: Check = async ask => {
  const answer = await ask('/api/four-keys/pipeline/setup');
  if ('unreachable' in answer || answer.status !== 200) {
    return [{ level: 'error', what: 'Set-up', says: messageOf(answer) }];
  }
  const { version, database, transport, collects, now } =
    answer.body as PipelineSetup;
  const { applied, missing } = database.migrations;
  const skewMs = Math.abs(Date.parse(now) - Date.parse(database.now));
  return [
    {
      level: 'ok',
      what: 'Versions',
      says: `plugin ${version}, PostgreSQL ${database.version}`,
    },
    missing.length === 0
      ? { level: 'ok', what: 'Migrations', says: `all ${applied} are applied` }
      : {
          level: 'error',
          what: 'Migrations',
          says: `the database lacks ${missing.join(', ')}`,
          remedy:
            'Take skipMigrations out of backend.database and restart, or apply them by hand.',
        },
    transport.problem === null
      ? {
          level: 'ok',
          what: 'Transport',
          says: `${transport.name} takes events`,
        }
      : {
          level: 'error',
          what: 'Transport',
          says: `${transport.name} takes no events: ${transport.problem}`,
          remedy:
            transport.name === 'kafka'
              ? 'Check fourKeys.kafka.brokers, TLS and SASL, and whether the topics exist (fourKeys.kafka.createTopics).'
              : 'Check whether the database accepts writes and has room.',
        },
    ...(skewMs < NOTICEABLE_SKEW_MS
      ? []
      : [
          {
            level: 'warning',
            what: 'Clock',
            says: `the portal and its database are ${Math.round(
              skewMs / 1000,
            )} s apart`,
            remedy: 'Synchronise the clocks (NTP).',
          } satisfies Finding,
        ]),
    ...(collects
      ? []
      : [
          {
            level: 'note',
            what: 'Collector',
            says: 'this instance only answers (fourKeys.collector.enabled: false); another one has to store events',
          } satisfies Finding,
        ]),
  ];
};

/** What the pipeline says of itself. */
export const pipeline: Check = async ask => {
  const what = 'Pipeline';
  const answer = await ask('/api/four-keys/pipeline/health');
  if ('unreachable' in answer || answer.status !== 200) {
    return [{ level: 'error', what, says: messageOf(answer) }];
  }
  const { status, problems, sources, lag } = answer.body as PipelineHealth;
  const received = sources.reduce((sum, { total }) => sum + total, 0);
  const summary: Finding =
    received === 0
      ? {
          level: 'note',
          what,
          says: 'no event has arrived yet',
          remedy:
            'Send the first: four-keys emit deploy --service my-service --environment production --status success',
        }
      : {
          level: status === 'ok' ? 'ok' : 'warning',
          what,
          says: `${status}, ${received} events of ${sources.length} sources, ${lag} on their way`,
        };
  return [
    summary,
    ...problems.map(
      (problem): Finding => ({
        level: status === 'down' ? 'error' : 'warning',
        what,
        says: problem,
      }),
    ),
  ];
};

/** What the annotations of the catalog lack. */
export const catalog: Check = async ask => {
  const what = 'Catalog';
  const answer = await ask(`/api/four-keys/readiness?limit=${LISTED}`);
  if ('unreachable' in answer || answer.status !== 200) {
    return [
      {
        level: 'warning',
        what,
        says: `its annotations cannot be read: ${messageOf(answer)}`,
        remedy:
          'The plugin reads the catalog as itself: check that the catalog runs in the same portal.',
      },
    ];
  }
  const { totals, rows } = answer.body as ReadinessAnswer;
  if (totals.entities === 0) {
    return [
      {
        level: 'note',
        what,
        says: 'it has no entity that is measured',
        remedy: 'Register components of the type service or website.',
      },
    ];
  }
  return [
    {
      level: totals.ready === totals.entities ? 'ok' : 'note',
      what,
      says: `${totals.ready} of ${totals.entities} entities are ready to be measured`,
    },
    // Each message names its entity.
    ...rows
      .flatMap(({ problems }) =>
        problems.map(({ message }) => ({
          level: 'note' as const,
          what,
          says: message,
        })),
      )
      .slice(0, LISTED),
  ];
};
