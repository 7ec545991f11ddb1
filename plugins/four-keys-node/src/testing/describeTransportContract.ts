import type { Knex } from 'knex';
import {
  type OutgoingRecord,
  StaleConsumerError,
  type Transport,
  type TransportBatch,
  type TransportRecord,
} from '../transport/port';
import { eventually, recordsOf, textOf } from './tools';

/** A transport under test. @public */
export interface TransportHarness {
  /** Opens the transport as another process would: the same log, nothing else shared. */
  open(): Promise<Transport>;
  /** Where handlers write, in the transaction that saves the positions. */
  readonly knex: Knex;
  /** Makes a member count as frozen, as if its process got no time for long. */
  freeze(group: string): Promise<void>;
  /** Makes appending fail until the answer is called. */
  breakAppends(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** How long a test waits for what must happen, in milliseconds. */
const PATIENCE_MS = 20_000;

const TEST_TIMEOUT_MS = 90_000;

/**
 * What every transport promises. Runs within jest.
 *
 * @param name - of the transport
 * @param factory - opens an empty log for each test
 * @public
 */
export function describeTransportContract(
  name: string,
  factory: () => Promise<TransportHarness>,
): void {
  jest.setTimeout(TEST_TIMEOUT_MS);

  describe(`the ${name} transport keeps the contract:`, () => {
    let harness: TransportHarness;
    const opened: Transport[] = [];

    const open = async () => {
      const transport = await harness.open();
      opened.push(transport);
      return transport;
    };

    beforeEach(async () => {
      harness = await factory();
    });

    afterEach(async () => {
      await Promise.all(opened.splice(0).map(transport => transport.close()));
      await harness.close();
    });

    it('gives back what was appended, byte by byte, with key, headers and time', async () => {
      const transport = await open();
      const values = [
        Buffer.from('{"a":"ä€😀"}'),
        Buffer.from([0, 255, 254, 10, 13]),
        Buffer.alloc(300 * 1024, 'x'),
        Buffer.alloc(0),
      ];
      const before = Date.now();
      await transport.append(
        values.map(
          (value, n): OutgoingRecord => ({
            key: `kéy "${n}"\\`,
            value,
            headers: n % 2 ? { 'content-type': 'a; b="c"', n: String(n) } : {},
          }),
        ),
      );
      await transport.append([]);

      const seen: TransportRecord[] = [];
      await transport.subscribe({
        group: 'reader',
        handler: async ({ records }) => void seen.push(...records),
      });
      await eventually(() => expect(seen).toHaveLength(4), PATIENCE_MS);

      const sorted = [...seen].sort((a, b) => (a.key! < b.key! ? -1 : 1));
      expect(sorted.map(r => [r.key, r.headers])).toEqual([
        ['kéy "0"\\', {}],
        ['kéy "1"\\', { 'content-type': 'a; b="c"', n: '1' }],
        ['kéy "2"\\', {}],
        ['kéy "3"\\', { 'content-type': 'a; b="c"', n: '3' }],
      ]);
      expect(sorted.map((r, n) => Buffer.compare(r.value!, values[n]))).toEqual(
        [0, 0, 0, 0],
      );
      for (const { appendedAt } of seen) {
        expect(Math.abs(appendedAt - before)).toBeLessThan(60_000);
      }
    });

    it('reads every record once in the order of its key, and goes on where it stopped', async () => {
      const transport = await open();
      await transport.append(recordsOf(['a', 'b', 'c', 'd', 'e'], 0, 40));

      const seen: TransportRecord[] = [];
      const options = {
        group: 'reader',
        maxRecords: 30,
        maxWaitMs: 20,
        handler: async ({ records }: TransportBatch) => {
          expect(records.length).toBeLessThanOrEqual(30);
          seen.push(...records);
        },
      };
      const first = await transport.subscribe(options);
      await eventually(() => expect(seen).toHaveLength(200), PATIENCE_MS);
      await first.stop();
      await transport.append(recordsOf(['a', 'b', 'c', 'd', 'e'], 40, 60));
      expect(await transport.lag('reader')).toBe(100);

      const second = await (await open()).subscribe(options);
      await eventually(() => expect(seen).toHaveLength(300), PATIENCE_MS);
      await second.stop();

      for (const key of ['a', 'b', 'c', 'd', 'e']) {
        expect(seen.filter(r => r.key === key).map(textOf)).toEqual(
          Array.from({ length: 60 }, (_, n) => `${key}${n}`),
        );
        expect(
          new Set(seen.filter(r => r.key === key).map(r => r.partition)).size,
        ).toBe(1);
      }
      expect(new Set(seen.map(r => `${r.partition}/${r.position}`)).size).toBe(
        300,
      );
    });

    it('gives every group everything, and says where each stands', async () => {
      const transport = await open();
      await transport.append(recordsOf(['a', 'b', 'c'], 0, 10));
      const seen: Record<string, number> = { one: 0, two: 0 };
      for (const group of ['one', 'two']) {
        await transport.subscribe({
          group,
          handler: async ({ records }) => {
            seen[group] += records.length;
          },
        });
      }
      await eventually(async () => {
        expect(seen).toEqual({ one: 30, two: 30 });
        expect(await transport.lag('one')).toBe(0);
      }, PATIENCE_MS);

      const positions = await transport.positions('one');
      const used = positions.filter(({ end }) => end !== null);
      expect(used.length).toBeGreaterThan(0);
      expect(used.map(p => p.committed)).toEqual(used.map(p => p.end));
      expect(positions.filter(p => !used.includes(p))).toEqual(
        positions
          .filter(p => !used.includes(p))
          .map(({ partition }) => ({
            partition,
            committed: null,
            end: null,
            lag: 0,
          })),
      );
      expect(await transport.lag('never-seen')).toBe(30);
    });

    it('coalesces what trickles in, and waits no longer than told', async () => {
      const transport = await open();
      const batches: number[] = [];
      await transport.subscribe({
        group: 'reader',
        maxRecords: 8,
        maxWaitMs: 1_000,
        handler: async ({ records }) => void batches.push(records.length),
      });
      for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
        await transport.append(recordsOf([key], 0, 1));
      }
      await eventually(
        () => expect(batches.reduce((a, b) => a + b, 0)).toBe(8),
        PATIENCE_MS,
      );
      expect(batches.length).toBeLessThanOrEqual(2);

      await transport.append(recordsOf(['a'], 1, 2));
      const started = Date.now();
      await eventually(
        () => expect(batches.reduce((a, b) => a + b, 0)).toBe(9),
        PATIENCE_MS,
      );
      expect(Date.now() - started).toBeLessThan(10_000);
    });

    it('brings a batch again, the same records first, when the handler fails', async () => {
      const transport = await open();
      await transport.append(recordsOf(['a'], 0, 5));
      const tries: string[][] = [];
      const errors: unknown[] = [];
      await transport.subscribe({
        group: 'reader',
        onError: error => errors.push(error),
        handler: async ({ records }) => {
          tries.push(records.map(textOf));
          if (tries.length < 3) {
            throw new Error(`failed ${tries.length}`);
          }
        },
      });
      await eventually(async () => {
        expect(tries).toHaveLength(3);
        expect(await transport.lag('reader')).toBe(0);
      }, PATIENCE_MS);
      expect(tries).toEqual(Array(3).fill(['a0', 'a1', 'a2', 'a3', 'a4']));
      expect(errors.map(String)).toEqual([
        'Error: failed 1',
        'Error: failed 2',
      ]);
    });

    it('leaves partitions where they are as long as it is told to, while the others go on', async () => {
      const transport = await open();
      const keys = ['a', 'b', 'c', 'd', 'e'];
      await transport.append(recordsOf(keys, 0, 4));
      const done: TransportRecord[] = [];
      let held: number | undefined;
      let isHolding = true;
      await transport.subscribe({
        group: 'reader',
        maxWaitMs: 20,
        handler: async batch => {
          held ??= batch.records[0].partition;
          const some = isHolding
            ? batch.records.filter(({ partition }) => partition !== held)
            : batch.records;
          if (some.length < batch.records.length) {
            batch.hold([held], 300);
          }
          await harness.knex.transaction(tx => batch.savePositions(tx));
          done.push(...some);
        },
      });
      await eventually(async () => {
        expect(held).toBeDefined();
        const lags = await transport.positions('reader');
        expect(
          lags.filter(({ lag }) => lag > 0).map(({ partition }) => partition),
        ).toEqual([held]);
      }, PATIENCE_MS);
      expect(done.some(({ partition }) => partition === held)).toBe(false);
      await transport.append(recordsOf(keys, 4, 5));

      isHolding = false;
      await eventually(
        async () => expect(await transport.lag('reader')).toBe(0),
        PATIENCE_MS,
      );
      for (const key of keys) {
        const values = done.filter(r => r.key === key).map(textOf);
        expect(values).toEqual([0, 1, 2, 3, 4].map(n => key + n));
      }
      const positions = done.map(r => `${r.partition}:${r.position}`);
      expect(new Set(positions).size).toBe(positions.length);
    });

    it('saves positions with the transaction of the handler, or not at all', async () => {
      const transport = await open();
      await harness.knex.schema.createTable('contract_seen', table => {
        table.text('value').primary();
      });
      await transport.append(recordsOf(['a', 'b'], 0, 50));
      let rollbacks = 0;
      await transport.subscribe({
        group: 'reader',
        maxRecords: 20,
        maxWaitMs: 20,
        handler: batch =>
          harness.knex.transaction(async tx => {
            await tx('contract_seen').insert(
              batch.records.map(r => ({ value: textOf(r) })),
            );
            await batch.savePositions(tx);
            if (rollbacks < 2) {
              rollbacks += 1;
              throw new Error('after saving');
            }
          }),
      });
      await eventually(
        async () => expect(await transport.lag('reader')).toBe(0),
        PATIENCE_MS,
      );
      expect(rollbacks).toBe(2);
      expect(await harness.knex('contract_seen').pluck('value')).toHaveLength(
        100,
      );
    });

    it('hands out nothing while paused', async () => {
      const transport = await open();
      const seen: string[] = [];
      const subscription = await transport.subscribe({
        group: 'reader',
        maxWaitMs: 20,
        handler: async ({ records }) => void seen.push(...records.map(textOf)),
      });
      subscription.pause();
      expect(subscription.paused).toBe(true);
      await transport.append(recordsOf(['a'], 0, 3));
      const tick = subscription.lastTickAt;
      await eventually(
        () => expect(subscription.lastTickAt).toBeGreaterThan(tick),
        PATIENCE_MS,
      );
      await new Promise(resolve => setTimeout(resolve, 300));
      expect(seen).toEqual([]);

      subscription.resume();
      await eventually(
        () => expect(seen).toEqual(['a0', 'a1', 'a2']),
        PATIENCE_MS,
      );
    });

    it('finishes the batch in flight when it stops', async () => {
      const transport = await open();
      await transport.append(recordsOf(['a'], 0, 3));
      let finished = false;
      let begun: () => void;
      const beginning = new Promise<void>(resolve => {
        begun = resolve;
      });
      const subscription = await transport.subscribe({
        group: 'reader',
        handler: async () => {
          begun();
          await new Promise(resolve => setTimeout(resolve, 300));
          finished = true;
        },
      });
      await beginning;
      await subscription.stop();
      expect(finished).toBe(true);
      expect(await transport.lag('reader')).toBe(0);
      expect(subscription.partitions).toEqual([]);
      await subscription.stop();
    });

    it('shares the partitions evenly, keeping the order of each key, while members come and go', async () => {
      const keys = Array.from({ length: 40 }, (_, n) => `key-${n}-`);
      const PER_KEY = 30;
      const producer = await open();
      await harness.knex.schema.createTable('contract_order', table => {
        table.bigIncrements('n');
        table.text('key');
        table.text('value');
      });
      const join = async () =>
        (await open()).subscribe({
          group: 'team',
          maxRecords: 25,
          maxWaitMs: 10,
          handler: batch =>
            harness.knex.transaction(async tx => {
              // In one statement: identities follow the order of the batch.
              await tx('contract_order').insert(
                batch.records.map(r => ({ key: r.key, value: textOf(r) })),
              );
              await batch.savePositions(tx);
            }),
        });
      let appended = 0;
      const produce = async (upTo: number) => {
        for (; appended < upTo; appended += 1) {
          await producer.append(recordsOf(keys, appended, appended + 1));
        }
      };

      const first = await join();
      const total = (await producer.positions('team')).length;
      await produce(10);
      const second = await join();
      const third = await join();
      await produce(15);
      await eventually(() => {
        const shares = [first, second, third].map(s => s.partitions.length);
        expect(shares.reduce((a, b) => a + b, 0)).toBe(total);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(
          1,
        );
        expect(
          new Set([first, second, third].flatMap(s => s.partitions)).size,
        ).toBe(total);
      }, PATIENCE_MS);
      await produce(20);
      await Promise.all([first.stop(), produce(25)]);
      await Promise.all([third.stop(), produce(PER_KEY)]);
      await eventually(async () => {
        expect(second.partitions).toHaveLength(total);
        expect(await producer.lag('team')).toBe(0);
      }, PATIENCE_MS);

      const rows = await harness.knex('contract_order').orderBy('n');
      expect(rows).toHaveLength(keys.length * PER_KEY);
      for (const key of keys) {
        expect(
          rows.filter(row => row.key === key).map(row => row.value),
        ).toEqual(Array.from({ length: PER_KEY }, (_, n) => `${key}${n}`));
      }
    });

    it('fences off a member that froze and whose partitions were taken', async () => {
      const frozen = await open();
      await harness.knex.schema.createTable('contract_fence', table => {
        table.text('value').primary();
        table.text('writer');
      });
      await frozen.append(recordsOf(['a', 'b', 'c'], 0, 5));

      const write = (writer: string, batch: TransportBatch) =>
        harness.knex.transaction(async tx => {
          await tx('contract_fence').insert(
            batch.records.map(r => ({ value: textOf(r), writer })),
          );
          await batch.savePositions(tx);
        });
      let wake: () => void;
      let begun: () => void;
      const asleep = new Promise<void>(resolve => {
        wake = resolve;
      });
      const beginning = new Promise<void>(resolve => {
        begun = resolve;
      });
      const outcomes: unknown[] = [];
      await frozen.subscribe({
        group: 'team',
        handler: async batch => {
          begun();
          await asleep;
          await write('zombie', batch).then(
            () => outcomes.push('written'),
            error => {
              outcomes.push(error);
              throw error;
            },
          );
        },
      });
      await beginning;
      await harness.freeze('team');
      const heir = await (
        await open()
      ).subscribe({ group: 'team', handler: batch => write('heir', batch) });
      await eventually(
        async () => expect(await frozen.lag('team')).toBe(0),
        PATIENCE_MS,
      );
      expect(heir.partitions.length).toBeGreaterThan(0);

      // The heir's rows are gone, so that only the fence stands between the
      // zombie and the table.
      await harness.knex('contract_fence').delete();
      wake!();
      await eventually(() => expect(outcomes).toHaveLength(1), PATIENCE_MS);
      expect(outcomes[0]).toBeInstanceOf(StaleConsumerError);
      expect(await harness.knex('contract_fence')).toEqual([]);

      await frozen.append(recordsOf(['a', 'b', 'c'], 5, 6));
      await eventually(
        async () =>
          expect(
            (await harness.knex('contract_fence').pluck('value')).sort(),
          ).toEqual(['a5', 'b5', 'c5']),
        PATIENCE_MS,
      );
    });

    it('is loud when it cannot append, and takes the same records afterwards', async () => {
      const transport = await open();
      await transport.ping();
      const records: OutgoingRecord[] = recordsOf(['a', 'b'], 0, 10);
      const repair = await harness.breakAppends();
      await expect(transport.append(records)).rejects.toThrow();
      await repair();
      await transport.append(records);

      const seen = new Set<string>();
      await transport.subscribe({
        group: 'reader',
        handler: async batch => batch.records.forEach(r => seen.add(textOf(r))),
      });
      await eventually(() => expect(seen.size).toBe(20), PATIENCE_MS);
    });
  });
}
