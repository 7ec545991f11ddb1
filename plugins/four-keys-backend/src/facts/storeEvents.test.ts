import {
  validateEvent,
  type ContractEvent,
} from '@four-keys/backstage-plugin-four-keys-common';
import { createTestDatabase, type TestDatabase } from '@four-keys/dev';
import type { Knex } from 'knex';
import { dropOldPartitions, runMigrations } from '../database';
import { storeEvents } from '.';

function event(id: string, data: object, extra: object = {}): ContractEvent {
  const result = validateEvent({
    specversion: '1.0',
    id,
    source: 'ci',
    type: 'dev.fourkeys.change.created',
    time: '2026-06-10T12:00:00Z',
    data: { service_id: 'api', commit_sha: 'a1b2c3d4', ...data },
    ...extra,
  });
  if (!result.ok) {
    throw new Error(result.rejection.message);
  }
  return result.event;
}

describe('storing events', () => {
  let database: TestDatabase;
  let knex: Knex;

  const store = (receivedAt: string, ...events: ContractEvent[]) =>
    knex.transaction(tx =>
      storeEvents(
        tx,
        events.map(stored => ({
          event: stored,
          receivedAt: new Date(receivedAt),
          enrichment: { team: 'group:default/a' },
        })),
      ),
    );

  const partitions = async () => {
    const { rows } = await knex.raw<{ rows: Array<{ name: string }> }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits
       WHERE inhparent = 'events'::regclass ORDER BY 1`,
    );
    return rows.map(row => row.name);
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    knex = database.knex;
    await runMigrations(knex);
  }, 120_000);

  afterAll(async () => {
    await database?.drop();
  }, 60_000);

  it('keeps the first of an identity and counts another payload as a conflict', async () => {
    const first = event('1', { committed_at: '2026-06-10T11:00:00Z' });
    const reordered = event(
      '1',
      {},
      {
        data: {
          committed_at: '2026-06-10T11:00:00Z',
          commit_sha: 'a1b2c3d4',
          service_id: 'api',
        },
      },
    );
    const other = event('1', { committed_at: '2026-06-10T10:00:00Z' });

    expect(
      await store('2026-06-10T12:00:01Z', first, reordered, other),
    ).toEqual({
      stored: 1,
      duplicates: 1,
      conflicts: [{ source: 'ci', id: '1' }],
    });
    expect(await store('2026-07-01T00:00:00Z', other, first)).toEqual({
      stored: 0,
      duplicates: 1,
      conflicts: [{ source: 'ci', id: '1' }],
    });
    const claims = await knex('claims').select('service', 'data', 'enrichment');
    expect(claims).toEqual([
      {
        service: 'api',
        enrichment: { team: 'group:default/a' },
        data: {
          service_id: 'api',
          commit_sha: 'a1b2c3d4',
          committed_at: Date.parse('2026-06-10T11:00:00Z'),
        },
      },
    ]);
    expect(await knex('events').select('envelope')).toEqual([
      { envelope: first.envelope },
    ]);
    expect(
      await knex('dirty').select('service', 'environment', 'cascaded'),
    ).toEqual([{ service: 'api', environment: '', cascaded: false }]);
  });

  it('stores nothing when the transaction around it fails', async () => {
    await expect(
      knex.transaction(async tx => {
        await storeEvents(tx, [
          { event: event('lost', {}), receivedAt: new Date('2031-01-15Z') },
        ]);
        throw new Error('the batch failed later on');
      }),
    ).rejects.toThrow('the batch failed later on');
    expect(await knex('claims').where({ id: 'lost' })).toEqual([]);
    expect(await partitions()).not.toContain('events_2031_01');
  });

  it('makes partitions as they are needed, by several collectors at once, and drops old ones', async () => {
    await Promise.all(
      ['x', 'y', 'z'].map(id => store('2026-08-15T00:00:00Z', event(id, {}))),
    );
    expect(await partitions()).toEqual([
      'events_2026_06',
      'events_2026_07',
      'events_2026_08',
      'events_2026_09',
    ]);
    const now = Date.parse('2026-09-29T00:00:00Z');
    expect(await dropOldPartitions(knex, 60, now)).toEqual(['events_2026_06']);
    expect(await dropOldPartitions(knex, 60, now)).toEqual([]);
    expect(await knex('claims').count('*')).toEqual([{ count: '4' }]);
    expect(await knex('events').count('*')).toEqual([{ count: '3' }]);
    expect(await store('2026-09-29T00:00:00Z', event('x', {}))).toMatchObject({
      stored: 0,
      duplicates: 1,
    });
  });
});
