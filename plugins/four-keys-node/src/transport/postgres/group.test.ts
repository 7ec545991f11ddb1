import fc from 'fast-check';
import { eventually, recordsOf, textOf } from '../../testing/tools';
import { StaleConsumerError } from '../port';
import {
  claimPartitions,
  ensureCursors,
  ownClaims,
  saveProgress,
  signOfLife,
} from './group';
import { fairShare } from './Membership';
import { DEFAULT_PARTITIONS } from './schema';
import { PATIENCE_MS, TestLog } from './__testUtils__/TestLog';

const GROUP = 'team';

jest.setTimeout(60_000);

describe('members of a group', () => {
  let log: TestLog;

  beforeEach(async () => {
    log = await TestLog.create();
  });
  afterEach(() => log.close());

  it('take over what a killed member leaves behind, once its lease has ended', async () => {
    const transport = await log.open({ tuning: { leaseMs: 900 } });
    await transport.append(recordsOf(['a', 'b', 'c', 'd'], 0, 10));
    const dead = { group: GROUP, member: 'killed' };
    await ensureCursors(log.knex, GROUP, DEFAULT_PARTITIONS);
    await signOfLife(log.knex, dead, 1500);
    expect(
      await claimPartitions(log.knex, dead, DEFAULT_PARTITIONS),
    ).toHaveLength(DEFAULT_PARTITIONS);

    const heir = await transport.subscribe({
      group: GROUP,
      handler: async () => {},
    });
    expect(heir.partitions).toEqual([]);
    await eventually(async () => {
      expect(heir.partitions).toHaveLength(DEFAULT_PARTITIONS);
      expect(await transport.lag(GROUP)).toBe(0);
    }, PATIENCE_MS);
  });

  it('keep their partitions while a batch takes longer than the lease', async () => {
    const transport = await log.open({ tuning: { leaseMs: 600 } });
    await transport.append(recordsOf(['a', 'b', 'c'], 0, 3));
    const handled: string[] = [];
    const errors: unknown[] = [];
    const slow = await transport.subscribe({
      group: GROUP,
      maxWaitMs: 0,
      onError: error => errors.push(error),
      handler: batch =>
        log.knex.transaction(async tx => {
          await batch.savePositions(tx);
          // The cursors stay locked meanwhile, signs of life must not need them.
          await new Promise(resolve => setTimeout(resolve, 2000));
          handled.push(...batch.records.map(textOf));
        }),
    });
    const other = await (
      await log.open({ tuning: { leaseMs: 600 } })
    ).subscribe({
      group: GROUP,
      handler: async ({ records }) => void handled.push(...records.map(textOf)),
    });
    await eventually(async () => {
      expect(await transport.lag(GROUP)).toBe(0);
      expect(slow.partitions).toHaveLength(6);
      expect(other.partitions).toHaveLength(6);
    }, PATIENCE_MS);
    expect(errors).toEqual([]);
    expect(handled.sort()).toEqual([
      ...['a0', 'a1', 'a2', 'b0', 'b1', 'b2', 'c0', 'c1', 'c2'],
    ]);
  });

  it('tell a handler at work that its partitions are gone', async () => {
    const transport = await log.open({ tuning: { leaseMs: 300 } });
    await transport.append(recordsOf(['a'], 0, 1));
    let reason: unknown;
    let calls = 0;
    await transport.subscribe({
      group: GROUP,
      maxWaitMs: 0,
      handler: async ({ signal }) => {
        calls += 1;
        if (calls === 1) {
          await new Promise(resolve => {
            signal.addEventListener('abort', resolve);
          });
          reason = signal.reason;
        }
      },
    });
    await eventually(() => expect(calls).toBe(1), PATIENCE_MS);
    await log
      .knex('four_keys_log_cursors')
      .update({ owner: 'thief', epoch: log.knex.raw('epoch + 1') });
    await eventually(
      () => expect(reason).toBeInstanceOf(StaleConsumerError),
      PATIENCE_MS,
    );
    await eventually(
      async () => expect(await transport.lag(GROUP)).toBe(0),
      PATIENCE_MS,
    );
  });

  it('ask a handler to give up that takes too long to stop, and lose nothing by it', async () => {
    const transport = await log.open({ tuning: { drainMs: 200 } });
    await transport.append(recordsOf(['a'], 0, 2));
    let calls = 0;
    const subscription = await transport.subscribe({
      group: GROUP,
      maxWaitMs: 0,
      handler: ({ signal }) =>
        new Promise((_, reject) => {
          calls += 1;
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    await eventually(() => expect(calls).toBe(1), PATIENCE_MS);
    await subscription.stop();
    expect(calls).toBe(1);
    expect(await transport.lag(GROUP)).toBe(2);
    expect(await log.knex('four_keys_log_members')).toEqual([]);
    expect(
      await log.knex('four_keys_log_cursors').whereNotNull('owner'),
    ).toEqual([]);
  });

  it('cannot save past a batch that was never committed', async () => {
    const transport = await log.open();
    await transport.append(recordsOf(['a'], 0, 3));
    const member = { group: GROUP, member: 'one' };
    await ensureCursors(log.knex, GROUP, DEFAULT_PARTITIONS);
    await signOfLife(log.knex, member, 60_000);
    const [claim] = await claimPartitions(log.knex, member, 1);
    const at = (n: number) => ({ xid: String(n), position: String(n) });
    const step = (from: number, to: number) => [
      { ...claim, from: at(from), to: at(to) },
    ];

    await saveProgress(log.knex, member, step(0, 1));
    const rolledBack = await log.knex.transaction();
    await saveProgress(rolledBack, member, step(1, 2));
    await rolledBack.rollback();
    await expect(
      saveProgress(log.knex, member, step(2, 3)),
    ).rejects.toBeInstanceOf(StaleConsumerError);

    await saveProgress(log.knex, member, step(1, 2));
    await saveProgress(log.knex, member, step(1, 2));
    expect(await ownClaims(log.knex, member)).toEqual([
      { ...claim, cursor: at(2) },
    ]);
  });

  it('leave a partition alone whose owner is just saving, however dead it looks', async () => {
    await log.open();
    const zombie = { group: GROUP, member: 'zombie' };
    const heir = { group: GROUP, member: 'heir' };
    await ensureCursors(log.knex, GROUP, DEFAULT_PARTITIONS);
    await signOfLife(log.knex, zombie, -1);
    const claims = await claimPartitions(log.knex, zombie, 2);
    await signOfLife(log.knex, heir, 60_000);

    const saving = await log.knex.transaction();
    const to = { xid: '5', position: '5' };
    await saveProgress(saving, zombie, [
      { ...claims[0], from: claims[0].cursor, to },
    ]);
    const taken = await claimPartitions(log.knex, heir, DEFAULT_PARTITIONS);
    expect(taken.map(({ partition }) => partition)).not.toContain(
      claims[0].partition,
    );
    expect(taken).toHaveLength(DEFAULT_PARTITIONS - 1);
    await saving.commit();

    const [last] = await claimPartitions(log.knex, heir, DEFAULT_PARTITIONS);
    expect(last).toEqual({
      partition: claims[0].partition,
      epoch: String(Number(claims[0].epoch) + 1),
      cursor: to,
    });
  });
});

describe('fairShare', () => {
  it('gives everybody as much as everybody else, and nothing to nobody', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 20 }),
        (partitions, members) => {
          const shares = members.map(m => fairShare(partitions, members, m));
          expect(shares.reduce((a, b) => a + b, 0)).toBe(partitions);
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThan(2);
          expect(fairShare(partitions, members, 'x'.repeat(30))).toBe(0);
        },
      ),
    );
  });
});
