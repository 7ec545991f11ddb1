import {
  METRIC_NAMES,
  type EvidenceRow,
  type MetricName,
  type Metrics,
} from '@four-keys/backstage-plugin-four-keys-common';
import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import { compute } from '@four-keys/model';
import {
  historyArbitrary,
  type GeneratedInput,
} from '@four-keys/model/testing';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { runMigrations } from '../database';
import { rebuild, recomputeDirty } from '../derivation';
import { storeEvents } from '../facts';
import { MetricsStore, type MetricsQuestion } from '../metrics';
import { answerQuestions, computeSql, loadHistory, readInput } from '.';
import { differences } from './sameAsModel';

/** More of them by hand: `FOUR_KEYS_PROPERTY_RUNS=5000`. */
const RUNS = Number(process.env.FOUR_KEYS_PROPERTY_RUNS ?? 60);
const SEED = process.env.FOUR_KEYS_PROPERTY_SEED;

const parameters = (share: number) => ({
  numRuns: Math.ceil(RUNS * share),
  ...(SEED ? { seed: Number(SEED) } : {}),
});

/** Every row behind a metric, page by page. */
async function readEvidence(
  store: MetricsStore,
  question: MetricsQuestion,
  metric: MetricName,
): Promise<EvidenceRow[]> {
  const rows: EvidenceRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.evidence({
      ...question,
      metric,
      limit: 7,
      cursor,
    });
    rows.push(...page.rows);
    cursor = page.nextCursor ?? undefined;
    if (!cursor) {
      const excluded = rows.filter(row => row.excluded !== null).length;
      expect(page.totals).toEqual({
        included: rows.length - excluded,
        excluded,
      });
    }
  } while (cursor);
  return rows;
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return sorted.length === 0
    ? null
    : (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** What the rows behind a metric add up to, in the metric's own terms. */
function addUp(
  metric: MetricName,
  rows: readonly EvidenceRow[],
  metrics: Metrics,
): Record<string, unknown> {
  const values = rows
    .filter(row => row.excluded === null)
    .map(row => row.value ?? NaN);
  const sum = values.reduce((a, b) => a + b, 0);
  const excluded = (reason: string) =>
    rows.filter(row => row.excluded === reason).length || undefined;
  const ratio = metrics[metric].status === 'ok' ? sum / values.length : null;
  switch (metric) {
    case 'deploymentFrequency':
      return { count: sum };
    case 'changeFailureRate':
      return { value: ratio, failed: sum, count: values.length };
    case 'deploymentReworkRate':
      return { value: ratio, rework: sum, count: values.length };
    case 'deploymentSuccessRate':
      return { value: ratio, succeeded: sum, failed: values.length - sum };
    case 'timeToRestore':
      return {
        value: median(values),
        count: values.length,
        open: excluded('still_open') ?? 0,
        excluded: {
          resolved_before_opened: excluded('resolved_before_opened'),
        },
      };
    case 'leadTime':
      return {
        value: median(values),
        count: values.length,
        excluded: {
          deployed_before_commit: excluded('deployed_before_commit'),
          commit_time_unknown: excluded('commit_time_unknown'),
        },
      };
    default:
      return {
        value: median(values),
        count: values.length,
        excluded: {
          recovered_before_failure: excluded('recovered_before_failure'),
        },
      };
  }
}

/** Stores a history in batches of these sizes, deriving what is dirty in between. */
async function trickle(
  knex: Knex,
  input: GeneratedInput,
  sizes: readonly number[],
): Promise<void> {
  const read = readInput(input);
  await loadHistory(knex, { ...read, events: [] });
  const events = [...read.events];
  for (let turn = 0; events.length > 0; turn += 1) {
    const batch = events.splice(0, sizes[turn % sizes.length]);
    await knex.transaction(tx =>
      storeEvents(
        tx,
        batch.map(event => ({ event, receivedAt: new Date(read.now) })),
      ),
    );
    if (turn % 2 === 1) {
      await recomputeDirty({ knex, settings: read.settings });
    }
  }
  await recomputeDirty({ knex, settings: read.settings });
}

describe('SQL and the reference model', () => {
  let database: TestDatabase;
  let knex: Knex;

  beforeAll(async () => {
    database = await createTestDatabase();
    knex = database.knex;
    await runMigrations(knex);
  }, 120_000);

  afterAll(async () => {
    await database?.drop();
  }, 60_000);

  it('give the same answers to generated histories', async () => {
    await fc.assert(
      fc.asyncProperty(historyArbitrary(), async input => {
        const actual = await computeSql(input, { knex });
        expect(differences(actual, compute(input))).toEqual([]);
      }),
      parameters(1),
    );
  }, 3_600_000);

  it('give them in any order of arrival, in any batches, and derive nothing else anew', async () => {
    const property = fc.asyncProperty(
      historyArbitrary().chain(input =>
        fc.tuple(
          fc.constant(input),
          fc.shuffledSubarray(input.events, {
            minLength: input.events.length,
          }),
        ),
      ),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      async ([input, events], sizes) => {
        await trickle(knex, { ...input, events }, sizes);
        const actual = await answerQuestions(knex, readInput(input));
        expect(differences(actual, compute(input))).toEqual([]);
        const { settings } = readInput(input);
        const { differences: stale } = await rebuild({
          knex,
          settings,
          verify: true,
        });
        expect(stale).toEqual([]);
      },
    );
    await fc.assert(property, parameters(0.5));
  }, 3_600_000);

  it('have rows behind every number that add up to it', async () => {
    await fc.assert(
      fc.asyncProperty(historyArbitrary(), async input => {
        const read = readInput(input);
        await loadHistory(knex, read);
        const store = new MetricsStore({
          knex,
          settings: read.settings,
          clock: () => read.now,
        });
        const [question] = read.questions;
        if (!question) {
          return;
        }
        const { metrics } = await store.answer(question);
        for (const metric of METRIC_NAMES) {
          const rows = await readEvidence(store, question, metric);
          const added = addUp(metric, rows, metrics);
          const stated: Record<string, unknown> = { ...metrics[metric] };
          for (const [name, value] of Object.entries(added)) {
            const where = `${metric}.${name}`;
            expect(differences(value, stated[name], where)).toEqual([]);
          }
        }
      }),
      parameters(0.5),
    );
  }, 3_600_000);
});
