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
  /** What else is not as it must be, in sentences. */
  readonly wrong: readonly string[];
}

/** What the traffic says has to be there. */
export interface Promised {
  readonly sent: number;
  readonly rubbish: number;
  readonly letters: ReadonlyMap<string, number>;
  readonly rubbishBytes: ReadonlySet<string>;
  readonly conflicts: number;
  /** Raw events that were dropped with their month. */
  readonly droppedRaw: number;
}

const GROUP = 'collector';
export const DERIVED = [
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

/** One that was written twice because an answer was lost, or replayed, is the same. */
const SAME_LETTER = `coalesce(md5(payload), record_key, partition || ':' || position)`;

/** Dead letters under another code, or with other bytes, than those that were written. */
async function wrongLetters(
  knex: Knex,
  { letters, rubbishBytes }: Promised,
): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: Array<{ code: string; n: string }> }>(
    `SELECT code, count(DISTINCT ${SAME_LETTER}) AS n FROM dead_letters GROUP BY code`,
  );
  const found = new Map(rows.map(({ code, n }) => [code, Number(n)]));
  const codes = new Set([...found.keys(), ...letters.keys()]);
  const miscounted = [...codes].flatMap(code => {
    const [is, should] = [found.get(code) ?? 0, letters.get(code) ?? 0];
    return is === should ? [] : [`${is} instead of ${should} ${code}`];
  });
  const hashes: Array<{ hash: string }> = await knex('dead_letters')
    .whereNotNull('payload')
    .distinct(knex.raw('md5(payload) AS hash'));
  const strange = hashes.filter(({ hash }) => !rubbishBytes.has(hash));
  return [
    ...miscounted,
    ...(strange.length > 0
      ? [`${strange.length} dead letters of bytes that nobody wrote`]
      : []),
  ];
}

async function wrongConflicts(
  knex: Knex,
  { conflicts }: Promised,
): Promise<string[]> {
  const counted = await count(
    knex,
    'SELECT coalesce(sum(conflicts), 0) AS n FROM source_stats',
  );
  return counted === conflicts
    ? []
    : [`${counted} instead of ${conflicts} conflicts counted`];
}

/** Looks whether everything is as it must be. */
export async function examine(
  watched: Watched,
  expected: Promised,
): Promise<Finding> {
  const { knex } = watched;
  const { sent, rubbish, droppedRaw } = expected;
  const stored = await count(knex, 'SELECT count(*) AS n FROM claims');
  const raw =
    droppedRaw + (await count(knex, 'SELECT count(*) AS n FROM events'));
  const deadLettered = await count(
    knex,
    `SELECT count(DISTINCT ${SAME_LETTER}) AS n FROM dead_letters`,
  );
  const standing = await count(
    knex,
    'SELECT count(*) AS n FROM quarantines WHERE released_at IS NULL',
  );
  return {
    sent,
    rubbish,
    stored,
    deadLettered,
    lost:
      Math.max(0, sent - Math.min(stored, raw)) +
      Math.max(0, rubbish - deadLettered),
    duplicated:
      Math.max(0, Math.max(stored, raw) - sent) +
      Math.max(0, deadLettered - rubbish),
    drift: await driftOf(watched),
    stuck: (await lagOf(watched)) + standing,
    uncommitted: await uncommittedOf(watched),
    wrong: [
      ...(await wrongLetters(knex, expected)),
      ...(await wrongConflicts(knex, expected)),
    ],
  };
}

/** Whether everything holds. */
export const holds = (finding: Finding): boolean =>
  finding.lost === 0 &&
  finding.duplicated === 0 &&
  finding.drift === 0 &&
  finding.stuck === 0 &&
  finding.uncommitted === 0 &&
  finding.wrong.length === 0;
