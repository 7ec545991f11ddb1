import { Client } from 'pg';
import { eventually, recordsOf, textOf } from '../../testing/tools';
import type { TransportBatch } from '../port';
import { PATIENCE_MS, TestLog } from './__testUtils__/TestLog';

jest.setTimeout(60_000);

describe('the log when things break', () => {
  let log: TestLog;

  beforeEach(async () => {
    // Where knex reports every connection that we cut.
    jest.spyOn(console, 'log').mockImplementation(() => {});
    log = await TestLog.create();
  });
  afterEach(async () => {
    await log.close();
    jest.restoreAllMocks();
  });

  const endConnections = async (where: string) => {
    const { rows } = await log.knex.raw<{ rows: unknown[] }>(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${where}`,
    );
    return rows.length;
  };

  it('is only slower while nobody hears the doorbell, and listens again', async () => {
    const transport = await log.open({ tuning: { pollMs: 4_000 } });
    const seen: string[] = [];
    await transport.subscribe({
      group: 'reader',
      maxWaitMs: 0,
      handler: async ({ records }) => void seen.push(...records.map(textOf)),
    });
    const elsewhere = await log.open();
    const doorbells = `application_name = 'four-keys doorbell'`;

    expect(await endConnections(doorbells)).toBe(1);
    await elsewhere.append(recordsOf(['unheard-'], 0, 1));
    await eventually(() => expect(seen).toEqual(['unheard-0']), PATIENCE_MS);

    await eventually(async () => {
      const [{ count }] = await log
        .knex('pg_stat_activity')
        .whereRaw(`datname = current_database() AND ${doorbells}`)
        .count();
      expect(count).toBe('1');
    }, PATIENCE_MS);
    const delays: number[] = [];
    for (let n = 1; n <= 3; n += 1) {
      const started = Date.now();
      await elsewhere.append(recordsOf(['heard-'], n, n + 1));
      await eventually(() => expect(seen).toContain(`heard-${n}`), PATIENCE_MS);
      delays.push(Date.now() - started);
    }
    expect(Math.min(...delays)).toBeLessThan(1_500);
    expect(log.logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('Not listening'),
    );
  });

  it('reads by polling alone where listening is impossible', async () => {
    const transport = await log.open({
      connection: async () => {
        throw new Error('no connection for listening');
      },
      tuning: { pollMs: 200 },
    });
    const seen: string[] = [];
    await transport.subscribe({
      group: 'reader',
      maxWaitMs: 0,
      handler: async ({ records }) => void seen.push(...records.map(textOf)),
    });
    await (await log.open()).append(recordsOf(['a'], 0, 2));
    await eventually(() => expect(seen).toEqual(['a0', 'a1']), PATIENCE_MS);
  });

  it('neither loses nor repeats anything while connections are cut', async () => {
    const transport = await log.open({ tuning: { pollMs: 200 } });
    await log.knex.schema.createTable('effects', table => {
      table.text('value');
    });
    const errors: unknown[] = [];
    await transport.subscribe({
      group: 'reader',
      maxRecords: 20,
      maxWaitMs: 0,
      onError: error => errors.push(error),
      handler: (batch: TransportBatch) =>
        log.knex.transaction(async tx => {
          await tx('effects').insert(
            batch.records.map(r => ({ value: textOf(r) })),
          );
          await new Promise(resolve => setTimeout(resolve, 10));
          await batch.savePositions(tx);
        }),
    });

    let stopped = false;
    const cutter = (async () => {
      for (let cuts = 0; cuts < 6; cuts += 1) {
        await new Promise(resolve => setTimeout(resolve, 150));
        await endConnections('true').catch(() => {});
      }
      stopped = true;
    })();
    const keys = ['a', 'b', 'c', 'd', 'e'];
    let appended = 0;
    while (!stopped) {
      const records = recordsOf(keys, appended, appended + 1);
      // A cut append may have been written: as with any transport, the writer
      // repeats it, and here first looks, to be able to count.
      try {
        await transport.append(records);
        appended += 1;
      } catch {
        const [{ count }] = await log
          .knex('four_keys_log')
          .where({ key: 'a', value: records[0].value })
          .count()
          .catch(() => [{ count: '0' }]);
        appended += Number(count) > 0 ? 1 : 0;
      }
    }
    await cutter;

    await eventually(
      async () => expect(await transport.lag('reader')).toBe(0),
      PATIENCE_MS,
    );
    expect(errors.length).toBeGreaterThan(0);
    const values: string[] = await log.knex('effects').pluck('value');
    expect([...values].sort()).toEqual(
      recordsOf(keys, 0, appended)
        .map(({ value }) => String(value))
        .sort(),
    );
  });

  it('keeps memory bounded and lets no partition starve', async () => {
    const transport = await log.open({ tuning: { maxBytes: 200_000 } });
    const large = Buffer.alloc(60_000, 'x');
    await transport.append(
      Array.from({ length: 40 }, () => ({ key: 'busy', value: large })),
    );
    await transport.append(recordsOf(['quiet-', 'calm-', 'still-'], 0, 1));
    const batches: string[][] = [];
    await transport.subscribe({
      group: 'reader',
      maxWaitMs: 0,
      handler: async ({ records }) => {
        batches.push(records.map(({ key }) => key ?? ''));
        expect(
          records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0),
        ).toBeLessThanOrEqual(260_000);
      },
    });
    await eventually(
      () => expect(batches.flat()).toHaveLength(43),
      PATIENCE_MS,
    );
    expect(batches.length).toBeGreaterThan(9);
    const half = batches.slice(0, Math.ceil(batches.length / 2)).flat();
    expect(half).toEqual(
      expect.arrayContaining(['quiet-', 'calm-', 'still-', 'busy']),
    );
  });

  it('says no when the database is read-only, and pings again when it is not', async () => {
    const transport = await log.open();
    const readOnly = async (mode: 'on' | 'off') => {
      // From outside the pool, whose connections must all begin anew.
      const client = new Client(log.database.connectionString);
      await client.connect();
      await client.query('SET default_transaction_read_only = off');
      await client.query(
        `ALTER DATABASE ${client.database} SET default_transaction_read_only = ${mode}`,
      );
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      await client.end();
    };
    await transport.ping();
    await readOnly('on');
    await eventually(
      () => expect(transport.ping()).rejects.toThrow('read-only'),
      PATIENCE_MS,
    );
    await expect(transport.append(recordsOf(['a'], 0, 1))).rejects.toThrow(
      'read-only',
    );
    await readOnly('off');
    await eventually(() => transport.ping(), PATIENCE_MS);
    await transport.append(recordsOf(['a'], 0, 1));
  });
});
