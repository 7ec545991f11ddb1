import type {
  Metrics,
  MetricsAnswer,
  SeriesPoint,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { query } from '../database';
import { recomputeDirty } from '../derivation';
import { storeEvents } from '../facts';
import { MetricsStore } from '../metrics';
import { readInput, type OfflineInput } from './input';
import { listRows, type DeploymentOutput, type IncidentOutput } from './lists';

/** The answer to one query of `compute`, see `compute-io`. */
export interface OfflineOutput {
  window: { from: string; to: string; observedDays: number | null };
  metrics: { [Name in keyof Metrics]: Omit<Metrics[Name], 'unit'> };
  series: SeriesPoint[];
  deployments: DeploymentOutput[];
  incidents: IncidentOutput[];
}

const TABLES = [
  'claims',
  'events',
  'service_ties',
  'dirty',
  'deployments',
  'releases',
  'changes',
  'change_deployments',
  'incidents',
  'service_templates',
  'service_entities',
  'service_holders',
];

/** What the collector stores at once. */
const BATCH = 1000;

async function store(knex: Knex, input: OfflineInput): Promise<void> {
  const receivedAt = new Date(input.now);
  for (let at = 0; at < input.events.length; at += BATCH) {
    const batch = input.events.slice(at, at + BATCH);
    await knex.transaction(tx =>
      storeEvents(
        tx,
        batch.map(event => ({ event, receivedAt })),
      ),
    );
  }
}

async function storeCatalog(knex: Knex, input: OfflineInput): Promise<void> {
  const entities = input.catalog.map(entry => ({
    service: entry.service,
    entity_ref: `component:default/${entry.service}`,
    incident_source: entry.incidentSource,
    updated_at: new Date(input.now).toISOString(),
  }));
  const holders = input.catalog.flatMap(entry =>
    Object.entries(entry.holdings).flatMap(([dimension, holdings]) =>
      // Of several holders from one moment on, the last one listed.
      [...new Map(holdings.map(({ from, holder }) => [from, holder]))].map(
        ([from, holder]) => ({
          service: entry.service,
          dimension,
          from_time: new Date(from).toISOString(),
          holder,
        }),
      ),
    ),
  );
  await query(
    knex,
    `INSERT INTO service_entities (service, entity_ref, incident_source, updated_at)
     SELECT * FROM json_to_recordset(?::json)
       AS entry (service text, entity_ref text, incident_source boolean, updated_at timestamptz)`,
    [JSON.stringify(entities)],
  );
  await query(
    knex,
    `INSERT INTO service_holders (service, dimension, from_time, holder)
     SELECT * FROM json_to_recordset(?::json)
       AS entry (service text, dimension text, from_time timestamptz, holder text)`,
    [JSON.stringify(holders)],
  );
}

const withoutUnits = (metrics: MetricsAnswer['metrics']) =>
  Object.fromEntries(
    Object.entries(metrics).map(([name, { unit: _unit, ...metric }]) => [
      name,
      metric,
    ]),
  ) as OfflineOutput['metrics'];

/** Stores a history in an emptied database and derives everything from it. */
export async function loadHistory(
  knex: Knex,
  input: OfflineInput,
): Promise<void> {
  await query(knex, `TRUNCATE ${TABLES.join(', ')}`);
  await storeCatalog(knex, input);
  await store(knex, input);
  await recomputeDirty({ knex, settings: input.settings });
}

/** Answers the questions of a history about what the database holds. */
export async function answerQuestions(
  knex: Knex,
  input: OfflineInput,
): Promise<OfflineOutput[]> {
  const { settings, now } = input;
  const metrics = new MetricsStore({
    knex,
    settings,
    clock: () => now,
    // The model is exact for any number of services, and this is held against it.
    exactUpToServices: Infinity,
  });
  const outputs: OfflineOutput[] = [];
  for (const question of input.questions) {
    const answer = await metrics.answer(question);
    const { timezone: _timezone, ...window } = answer.window;
    outputs.push({
      window,
      metrics: withoutUnits(answer.metrics),
      series: answer.series,
      ...(await listRows(knex, question, settings, now)),
    });
  }
  return outputs;
}

/**
 * Answers the questions about one history by the way that events take in
 * production: stored, derived, asked in SQL. Empties the database first.
 *
 * @param input - one history with its questions, see `compute-io`
 * @throws InputError when the input is not what it should be
 */
export async function computeSql(
  input: unknown,
  options: { readonly knex: Knex },
): Promise<OfflineOutput[]> {
  const read = readInput(input);
  await loadHistory(options.knex, read);
  return answerQuestions(options.knex, read);
}
