import type { Admin } from 'kafkajs';
import type { Knex } from 'knex';
import { sleep } from '../process/signals';

/** What must hold after every scenario, as it was found. */
export interface Finding {
  readonly sent: number;
  readonly stored: number;
  readonly rubbish: number;
  readonly deadLettered: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Derived rows that deriving everything anew changes. */
  readonly drift: number;
  /** Records that nobody reads, and partitions that stand still. */
  readonly stuck: number;
  /** Records of which the broker does not know that they were read. */
  readonly uncommitted: number;
}

const GROUP = 'collector';
const DERIVED = [
  'deployments',
  'releases',
  'changes',
  'change_deployments',
  'incidents',
  'service_templates',
];
/** Longer than a session and the longest pause after failures: what has not moved for so long stands still. */
const STANDSTILL_MS = 45_000;
const LONGEST_MS = 300_000;
const QUIET_LOOKS = 3;

export interface Watched {
  readonly knex: Knex;
  readonly admin: Admin;
  readonly topic: string;
}

/** Records that nobody has read. */
export async function lagOf({ knex, admin, topic }: Watched): Promise<number> {
  const [ends, rows] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    knex('four_keys_kafka_positions')
      .where({ group_name: GROUP, topic })
      .select<Array<{ partition: number; next_offset: string }>>(
        'partition',
        'next_offset',
      ),
  ]);
  const at = new Map(rows.map(row => [row.partition, Number(row.next_offset)]));
  return ends.reduce(
    (sum, { partition, high, low }) =>
      sum +
      Math.max(0, Number(high) - Math.max(at.get(partition) ?? 0, Number(low))),
    0,
  );
}

async function uncommittedOf({ admin, topic }: Watched): Promise<number> {
  const [ends, [committed]] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId: GROUP, topics: [topic] }),
  ]);
  const at = new Map(
    committed.partitions.map(p => [p.partition, Number(p.offset)]),
  );
  return ends.reduce(
    (sum, { partition, high }) =>
      sum + Math.abs(Number(high) - Math.max(0, at.get(partition) ?? 0)),
    0,
  );
}

const count = async (knex: Knex, sql: string): Promise<number> => {
  const { rows } = await knex.raw<{ rows: Array<{ n: string }> }>(sql);
  return Number(rows[0].n);
};

const backlog = (knex: Knex) => count(knex, 'SELECT count(*) AS n FROM dirty');

/** Waits until nothing is left of what is counted, or until that stands still; counts that fail are looked at again. */
async function runOut(
  counts: () => Promise<readonly number[]>,
  onLook: (counted: readonly number[]) => void = () => {},
): Promise<void> {
  const deadline = Date.now() + LONGEST_MS;
  let movedAt = Date.now();
  let last = '';
  let quiet = 0;
  while (quiet < QUIET_LOOKS) {
    const counted = await counts().catch(() => [Infinity]);
    onLook(counted);
    const now = String(counted);
    if (now !== last) {
      movedAt = Date.now();
      last = now;
    }
    quiet = counted.every(left => left === 0) ? quiet + 1 : 0;
    if (Date.now() > Math.min(deadline, movedAt + STANDSTILL_MS)) {
      return;
    }
    await sleep(300);
  }
}

/** Waits until nothing moves any more; answers when nothing was left to read, milliseconds since the epoch. */
export async function settle(watched: Watched): Promise<number> {
  let readAt = Date.now();
  await runOut(
    () =>
      Promise.all([
        lagOf(watched),
        backlog(watched.knex),
        uncommittedOf(watched),
      ]),
    ([lag]) => {
      if (lag > 0) {
        readAt = Date.now();
      }
    },
  );
  return readAt;
}

async function derivedRows(knex: Knex): Promise<Map<string, number>> {
  const rows = new Map<string, number>();
  for (const table of DERIVED) {
    const found = await knex.raw<{ rows: Array<{ row: string; n: string }> }>(
      `SELECT to_jsonb(t)::text AS row, count(*) AS n FROM ${table} t GROUP BY 1`,
    );
    found.rows.forEach(({ row, n }) => rows.set(`${table} ${row}`, Number(n)));
  }
  return rows;
}

/** Has everything derived anew by the collectors that run, and counts what that changes. */
async function driftOf(watched: Watched): Promise<number> {
  const { knex } = watched;
  const before = await derivedRows(knex);
  await knex.raw(
    `INSERT INTO dirty (service, environment, from_time)
     SELECT service, '', min("time") FROM claims WHERE service IS NOT NULL GROUP BY service`,
  );
  await runOut(async () => [await backlog(knex)]);
  const after = await derivedRows(knex);
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter(key => before.get(key) !== after.get(key)).length;
}

/** Looks whether everything is as it must be. */
export async function examine(
  watched: Watched,
  expected: { readonly sent: number; readonly rubbish: number },
): Promise<Finding> {
  const { knex } = watched;
  const stored = await count(knex, 'SELECT count(*) AS n FROM claims');
  const raw = await count(knex, 'SELECT count(*) AS n FROM events');
  const deadLettered = await count(
    knex,
    'SELECT count(DISTINCT md5(payload)) AS n FROM dead_letters',
  );
  const standing = await count(
    knex,
    'SELECT count(*) AS n FROM quarantines WHERE released_at IS NULL',
  );
  return {
    ...expected,
    stored,
    deadLettered,
    lost:
      Math.max(0, expected.sent - Math.min(stored, raw)) +
      Math.max(0, expected.rubbish - deadLettered),
    duplicated:
      Math.max(0, Math.max(stored, raw) - expected.sent) +
      Math.max(0, deadLettered - expected.rubbish),
    drift: await driftOf(watched),
    stuck: (await lagOf(watched)) + standing,
    uncommitted: await uncommittedOf(watched),
  };
}

/** Whether everything holds. */
export const holds = (finding: Finding): boolean =>
  finding.lost === 0 &&
  finding.duplicated === 0 &&
  finding.drift === 0 &&
  finding.stuck === 0 &&
  finding.uncommitted === 0;
