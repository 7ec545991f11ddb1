import type {
  DeadLetter,
  DeadLetterSelection,
  PipelineHealth,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import type { FailedRecord } from './decode';

const PRINTED_BYTES = 64 * 1024;

/** PostgreSQL has no text for NUL, and a letter that cannot be kept would stop its partition. */
const storable = (text: string) => text.replace(/\0/g, '\uFFFD');

const storableHeaders = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      storable(name),
      storable(value),
    ]),
  );

/** Keeps records that cannot be stored; one that is there already is kept once. */
export async function insertDeadLetters(
  tx: Knex.Transaction,
  transport: string,
  failed: readonly FailedRecord[],
): Promise<void> {
  for (const { record, failure, source, id, type } of failed) {
    await tx('dead_letters')
      .insert({
        received_at: new Date(record.appendedAt),
        stage: failure.stage,
        code: failure.code,
        message: failure.message,
        field: failure.field ?? null,
        event_source: source,
        event_id: id,
        event_type: type,
        transport,
        partition: record.partition,
        position: record.position,
        record_key: record.key === null ? null : storable(record.key),
        headers: JSON.stringify(storableHeaders(record.headers)),
        payload: record.value,
      })
      .onConflict(['transport', 'partition', 'position', 'received_at'])
      .ignore();
  }
}

interface DeadLetterRow {
  id: string;
  received_at: Date;
  stage: string;
  code: string;
  message: string;
  field: string | null;
  event_source: string | null;
  event_id: string | null;
  event_type: string | null;
  partition: number;
  position: string;
  record_key: string | null;
  headers: Record<string, string>;
  payload: Buffer | null;
  replayed_at: Date | null;
}

function toDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    id: row.id,
    receivedAt: row.received_at.toISOString(),
    stage: row.stage,
    code: row.code,
    message: row.message,
    field: row.field,
    eventSource: row.event_source,
    eventId: row.event_id,
    eventType: row.event_type,
    position: `${row.partition}:${row.position}`,
    payload: (row.payload ?? Buffer.alloc(0))
      .subarray(0, PRINTED_BYTES)
      .toString('utf8'),
    replayedAt: row.replayed_at?.toISOString() ?? null,
  };
}

/** A page of dead letters, the latest first; `before` is the id to go on below. */
export async function listDeadLetters(
  knex: Knex,
  options: { readonly before?: string; readonly limit: number },
): Promise<{ rows: DeadLetter[]; nextCursor: string | null }> {
  const query = knex<DeadLetterRow>('dead_letters')
    .orderBy('id', 'desc')
    .limit(options.limit + 1);
  if (options.before !== undefined) {
    query.where('id', '<', options.before);
  }
  const rows: DeadLetterRow[] = await query;
  const page = rows.slice(0, options.limit);
  return {
    rows: page.map(toDeadLetter),
    nextCursor: rows.length > options.limit ? page[page.length - 1].id : null,
  };
}

/** Those that wait, by reason, the most frequent first. */
export async function countDeadLettersByReason(
  knex: Knex,
): Promise<PipelineHealth['deadLetterReasons']> {
  const { rows } = await knex.raw<{
    rows: Array<{
      code: string;
      count: string;
      latest_at: Date;
      message: string;
    }>;
  }>(`
    SELECT code, count(*) AS count, max(received_at) AS latest_at,
      (array_agg(message ORDER BY id DESC))[1] AS message
    FROM dead_letters WHERE replayed_at IS NULL
    GROUP BY code ORDER BY count(*) DESC, code`);
  return rows.map(row => ({
    code: row.code,
    count: Number(row.count),
    latestAt: row.latest_at.toISOString(),
    message: row.message,
  }));
}

/** A dead letter locked for its replay, with the bytes and headers to send again. */
export async function lockDeadLetter(
  tx: Knex.Transaction,
  id: string,
): Promise<
  | {
      letter: DeadLetter;
      key: string | null;
      headers: Record<string, string>;
      payload: Buffer | null;
    }
  | undefined
> {
  const row: DeadLetterRow | undefined = await tx<DeadLetterRow>('dead_letters')
    .where({ id })
    .forUpdate()
    .first();
  return row
    ? {
        letter: toDeadLetter(row),
        key: row.record_key,
        headers: row.headers,
        payload: row.payload,
      }
    : undefined;
}

export async function markReplayed(
  tx: Knex.Transaction,
  id: string,
  at: Date,
): Promise<DeadLetter> {
  const [row]: DeadLetterRow[] = await tx<DeadLetterRow>('dead_letters')
    .where({ id })
    .update({ replayed_at: at })
    .returning('*');
  return toDeadLetter(row);
}

/** Records to send again, with the bytes and headers as they were read. */
export interface Replayable {
  readonly id: string;
  readonly key: string | null;
  readonly eventSource: string | null;
  readonly headers: Record<string, string>;
  readonly payload: Buffer;
}

function select(knex: Knex, selection: DeadLetterSelection) {
  const { ids, since, code, source, upTo } = selection;
  const query = knex<DeadLetterRow>('dead_letters');
  if (ids) {
    query.whereIn('id', ids);
  }
  if (since) {
    query.where('received_at', '>=', since);
  }
  if (code) {
    query.where({ code });
  }
  if (source) {
    query.where({ event_source: source });
  }
  if (upTo) {
    query.where('id', '<=', upTo);
  }
  return query;
}

/** The latest dead letter there is; replaying makes new ones, which are not meant. */
export async function lastDeadLetter(knex: Knex): Promise<string> {
  const row = await knex('dead_letters')
    .max<{ max: string | null }>('id as max')
    .first();
  return row?.max ?? '0';
}

/** How the dead letters of a selection are. */
export async function countSelection(
  knex: Knex,
  selection: DeadLetterSelection,
): Promise<{ replayed: number; waiting: number; empty: string[] }> {
  const waiting = () => select(knex, selection).whereNull('replayed_at');
  const [replayed, open, empty] = await Promise.all([
    select(knex, selection).whereNotNull('replayed_at').count({ n: '*' }),
    waiting().whereNotNull('payload').count({ n: '*' }),
    waiting().whereNull('payload').orderBy('id').limit(100).pluck('id'),
  ]);
  return {
    replayed: Number(replayed[0].n),
    waiting: Number(open[0].n),
    empty,
  };
}

/** The next of a selection in the order in which they came, locked for their replay. */
export async function lockSelection(
  tx: Knex.Transaction,
  selection: DeadLetterSelection,
  limit: number,
): Promise<Replayable[]> {
  const rows: DeadLetterRow[] = await select(tx, selection)
    .whereNull('replayed_at')
    .whereNotNull('payload')
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  return rows.map(row => ({
    id: row.id,
    key: row.record_key,
    eventSource: row.event_source,
    headers: row.headers,
    payload: row.payload ?? Buffer.alloc(0),
  }));
}

export async function markAllReplayed(
  tx: Knex.Transaction,
  ids: readonly string[],
  at: Date,
): Promise<void> {
  await tx('dead_letters').whereIn('id', ids).update({ replayed_at: at });
}

/** A dead letter on its way to its topic. */
export type UnforwardedLetter = Pick<
  DeadLetterRow,
  | 'id'
  | 'received_at'
  | 'stage'
  | 'code'
  | 'message'
  | 'field'
  | 'partition'
  | 'position'
  | 'record_key'
  | 'headers'
  | 'payload'
> & { readonly transport: string };

/**
 * The first that are not in their topic; none while another instance is at it,
 * so that they keep their order.
 */
export async function listUnforwarded(
  tx: Knex.Transaction,
  limit: number,
): Promise<UnforwardedLetter[]> {
  const { rows } = await tx.raw<{ rows: Array<{ mine: boolean }> }>(
    `SELECT pg_try_advisory_xact_lock(hashtext('four-keys dead letters'), 0) AS mine`,
  );
  return rows[0].mine
    ? tx('dead_letters').whereNull('forwarded_at').orderBy('id').limit(limit)
    : [];
}

export async function markForwarded(
  tx: Knex.Transaction,
  ids: readonly string[],
  at: Date,
): Promise<void> {
  await tx('dead_letters').whereIn('id', ids).update({ forwarded_at: at });
}

/** How many are not in their topic yet. */
export async function countUnforwarded(knex: Knex): Promise<number> {
  const rows = await knex('dead_letters')
    .whereNull('forwarded_at')
    .count({ n: '*' });
  return Number(rows[0].n);
}
