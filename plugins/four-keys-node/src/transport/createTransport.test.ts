import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import knexFactory from 'knex';
import { eventually, recordsOf, textOf } from '../testing/tools';
import { createTransport } from './createTransport';
import type { Transport } from './port';
import { PATIENCE_MS, TestLog } from './postgres/__testUtils__/TestLog';

const logger = mockServices.logger.mock();

jest.setTimeout(60_000);

describe('createTransport', () => {
  let log: TestLog;
  const opened: Transport[] = [];

  const create = async (fourKeys: object = {}, knex = log.knex) => {
    const transport = await createTransport({
      config: new ConfigReader({ fourKeys }),
      database: { knex },
      logger,
    });
    opened.push(transport);
    return transport;
  };

  beforeAll(async () => {
    log = await TestLog.create();
  });
  afterEach(() => Promise.all(opened.splice(0).map(t => t.close())));
  afterAll(() => log.close());

  it('lets instances start together, and fixes the partitions at the first start', async () => {
    const transports = await Promise.all(
      Array.from({ length: 4 }, () =>
        create({ postgresLog: { partitions: 5 } }),
      ),
    );
    expect(transports.map(({ name }) => name)).toEqual(
      Array(4).fill('postgres'),
    );
    expect(await (await create()).positions('any')).toHaveLength(5);
    await expect(create({ postgresLog: { partitions: 6 } })).rejects.toThrow(
      /postgresLog.partitions is 6, but the log was created with 5 .* set it to 5 or remove it/,
    );
  });

  it('listens with the settings of knex when none are given', async () => {
    const transport = await create();
    const seen: string[] = [];
    await transport.subscribe({
      group: 'reader',
      handler: async ({ records }) => void seen.push(...records.map(textOf)),
    });
    const listening = await log
      .knex('pg_stat_activity')
      .where({ application_name: 'four-keys doorbell' })
      .whereRaw('datname = current_database()');
    expect(listening).toHaveLength(1);
    await transport.append(recordsOf(['a'], 0, 1));
    await eventually(() => expect(seen).toEqual(['a0']), PATIENCE_MS);
  });

  it('goes on reading after the database was restored on a younger server', async () => {
    const transport = await create();
    const seen: string[] = [];
    const read = async (of: Transport, count: number) => {
      const subscription = await of.subscribe({
        group: 'restored',
        handler: async ({ records }) => void seen.push(...records.map(textOf)),
      });
      await eventually(() => expect(seen).toHaveLength(count), PATIENCE_MS);
      await subscription.stop();
    };
    const before = await transport.lag('restored');
    await transport.append(recordsOf(['read-'], 0, 2));
    await read(transport, before + 2);
    await transport.append(recordsOf(['unread-'], 0, 2));
    await transport.close();

    // To a server that has counted fewer transactions, the ids of a dump look
    // as if they came from the future.
    const future = { xid: log.knex.raw(`xid + 1000000000000`) };
    await log.knex('four_keys_log').update(future);
    await log.knex('four_keys_log_cursors').where('xid', '>', 0).update(future);

    const restored = await create();
    await restored.append(recordsOf(['new-'], 0, 2));
    await read(restored, before + 6);
    expect(seen.slice(-4).sort()).toEqual([
      'new-0',
      'new-1',
      'unread-0',
      'unread-1',
    ]);
    await create();
    const { xid_offset: offset } = await log
      .knex('four_keys_log_settings')
      .first();
    await create();
    expect(await log.knex('four_keys_log_settings').first()).toMatchObject({
      xid_offset: offset,
    });
  });

  it.each([
    [
      { transport: 'kafka' },
      'InputError',
      /fourKeys.kafka is missing; give at least fourKeys.kafka.brokers/,
    ],
    [
      { transport: 'carrier-pigeon' },
      'InputError',
      /it must be postgres or kafka/,
    ],
    [
      { postgresLog: { partitions: 0 } },
      'InputError',
      /fourKeys.postgresLog.partitions is 0; it must be a whole number from 1/,
    ],
    [
      { postgresLog: { retentionDays: -1 } },
      'InputError',
      /fourKeys.postgresLog.retentionDays is -1/,
    ],
    [
      { postgresLog: { retentionDays: 9, hardRetentionDays: 8 } },
      'InputError',
      /hardRetentionDays is 8, less than retentionDays, which is 9/,
    ],
  ])('names the key that is wrong in %j', async (config, name, message) => {
    await expect(create(config)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  it('says on SQLite which key to set', async () => {
    const sqlite = knexFactory({
      client: 'better-sqlite3',
      connection: ':memory:',
      useNullAsDefault: true,
    });
    await expect(create({}, sqlite)).rejects.toThrow(
      /needs PostgreSQL, but its database is sqlite3; set backend.database.client, or backend.database.plugin.four-keys.client .* to pg/,
    );
    await sqlite.destroy();
  });
});
