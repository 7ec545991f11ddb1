import type { Knex } from 'knex';
import { eventually, recordsOf, textOf } from '../../testing/tools';
import { appendRecords, describeOldestWriter } from './log';
import { partitionOf } from './partitionOf';
import { DEFAULT_PARTITIONS } from './schema';
import { PATIENCE_MS, TestLog } from './__testUtils__/TestLog';

/** What a reader would do who takes the identity for the order of the commits. */
class NaiveReader {
  readonly seen: string[] = [];
  readonly #knex: Knex;
  #position = '0';

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async read() {
    const rows: Array<{ position: string; value: Buffer }> = await this.#knex(
      'four_keys_log',
    )
      .where('position', '>', this.#position)
      .orderBy('position');
    this.#position = rows.at(-1)?.position ?? this.#position;
    this.seen.push(...rows.map(({ value }) => String(value)));
  }
}

jest.setTimeout(60_000);

describe('reading while transactions commit out of order', () => {
  let log: TestLog;

  beforeEach(async () => {
    log = await TestLog.create();
  });
  afterEach(() => log.close());

  it('waits for a late committer, where paging by identity loses it for good', async () => {
    const transport = await log.open({ tuning: { pollMs: 100 } });
    const naive = new NaiveReader(log.knex);
    const seen: string[] = [];
    await transport.subscribe({
      group: 'reader',
      maxWaitMs: 10,
      handler: async ({ records }) => void seen.push(...records.map(textOf)),
    });

    const late = await log.knex.transaction();
    await appendRecords(late, DEFAULT_PARTITIONS, recordsOf(['late-'], 0, 2));
    await transport.append(recordsOf(['early-'], 0, 2));
    await naive.read();
    expect(naive.seen).toEqual(['early-0', 'early-1']);
    await new Promise(resolve => setTimeout(resolve, 500));
    expect(seen).toEqual([]);
    expect(await transport.lag('reader')).toBe(2);

    await late.commit();
    await transport.append(recordsOf(['last-'], 0, 1));
    await eventually(() => expect(seen).toHaveLength(5), PATIENCE_MS);
    expect([...seen].sort()).toEqual([
      'early-0',
      'early-1',
      'last-0',
      'late-0',
      'late-1',
    ]);
    await naive.read();
    expect(naive.seen).toEqual(['early-0', 'early-1', 'last-0']);
  });

  it('is not confused by a transaction that takes its position after its id', async () => {
    const transport = await log.open({ tuning: { pollMs: 100 } });
    const old = await log.knex.transaction();
    await old.raw('SELECT pg_current_xact_id()');
    await transport.append(recordsOf(['k-'], 0, 1));
    await appendRecords(old, DEFAULT_PARTITIONS, recordsOf(['k-'], 1, 2));
    await transport.append(recordsOf(['k-'], 2, 3));
    await old.rollback();

    const old2 = await log.knex.transaction();
    await old2.raw('SELECT pg_current_xact_id()');
    await transport.append(recordsOf(['k-'], 3, 4));
    await appendRecords(old2, DEFAULT_PARTITIONS, recordsOf(['old-'], 0, 1));

    const seen: string[] = [];
    await transport.subscribe({
      group: 'reader',
      maxWaitMs: 10,
      handler: async ({ records }) => void seen.push(...records.map(textOf)),
    });
    await eventually(() => expect(seen).toEqual(['k-0', 'k-2']), PATIENCE_MS);
    await old2.commit();
    await eventually(() => expect(seen).toHaveLength(4), PATIENCE_MS);
    expect(seen.slice(2).sort()).toEqual(['k-3', 'old-0']);
  });

  it('delivers each committed record once and in order, whatever overlaps', async () => {
    const transport = await log.open({ tuning: { pollMs: 50 } });
    const naive = new NaiveReader(log.knex);
    const seen: string[] = [];
    await transport.subscribe({
      group: 'reader',
      maxRecords: 20,
      maxWaitMs: 5,
      handler: async ({ records }) => void seen.push(...records.map(textOf)),
    });

    const expected: string[] = [];
    // A fixed generator, so that a failure can be looked at again.
    let state = 42;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const worker = async (name: string) => {
      for (let n = 0; n < 40; n += 1) {
        const commits = random() < 0.8;
        const tx = await log.knex.transaction();
        const records = recordsOf([`${name}.`], n * 2, n * 2 + 2);
        await appendRecords(tx, DEFAULT_PARTITIONS, records);
        await new Promise(resolve => setTimeout(resolve, random() * 20));
        await (commits ? tx.commit() : tx.rollback());
        if (commits) {
          expected.push(...records.map(({ value }) => String(value)));
        }
      }
    };
    let writing = true;
    const naiveReading = (async () => {
      while (writing) {
        await naive.read();
      }
    })();
    await Promise.all(['a', 'b', 'c', 'd'].map(worker));
    writing = false;
    await naiveReading;
    await eventually(
      () => expect(seen).toHaveLength(expected.length),
      PATIENCE_MS,
    );
    expect([...seen].sort()).toEqual([...expected].sort());
    for (const name of ['a', 'b', 'c', 'd']) {
      const own = (texts: string[]) => texts.filter(t => t.startsWith(name));
      expect(own(seen)).toEqual(own(expected));
    }
    await naive.read();
    expect(naive.seen.length).toBeLessThan(expected.length);
  });

  it('tells the operator who holds the events back', async () => {
    const holder = await log.knex.transaction();
    await holder.raw('SELECT pg_current_xact_id()');
    await eventually(
      async () =>
        expect(await describeOldestWriter(log.knex)).toMatch(
          /^process \d+ in database \w+, .* since 20/,
        ),
      PATIENCE_MS,
    );
    await holder.rollback();
  });
});

describe('partitionOf', () => {
  it('never changes', () => {
    expect(
      ['', 'a', 'shop', 'component:default/payments-api', 'ä€😀'].map(key =>
        partitionOf(key, 12),
      ),
    ).toMatchInlineSnapshot(`
      [
        1,
        11,
        0,
        5,
        8,
      ]
    `);
  });

  it('spreads keys evenly', () => {
    const counts = Array(12).fill(0);
    for (let n = 0; n < 12_000; n += 1) {
      counts[partitionOf(`service-${n}`, 12)] += 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });
});
