import { eventually, recordsOf } from '../../testing/tools';
import { dropOldRecords } from './retention';
import { DEFAULT_PARTITIONS } from './schema';
import { PATIENCE_MS, TestLog } from './__testUtils__/TestLog';

jest.setTimeout(60_000);

describe('retention', () => {
  let log: TestLog;

  beforeEach(async () => {
    log = await TestLog.create();
  });
  afterEach(() => log.close());

  const drop = (options: { keepDays: number; hardLimitDays?: number }) =>
    dropOldRecords(log.knex, DEFAULT_PARTITIONS, { ...options, chunk: 7 });

  const left = async () => {
    const values: Buffer[] = await log.knex('four_keys_log').pluck('value');
    return values.map(String).sort();
  };

  it('drops what is old and read by every group, and nothing else', async () => {
    const transport = await log.open();
    await transport.append(recordsOf(['old-'], 0, 30));
    await log
      .knex('four_keys_log')
      .update({ appended_at: log.knex.raw(`now() - interval '3 days'`) });
    expect(await drop({ keepDays: 0 })).toEqual({ dropped: 0, unread: 0 });

    const readAll = async (group: string) => {
      const subscription = await transport.subscribe({
        group,
        handler: async () => {},
      });
      await eventually(
        async () => expect(await transport.lag(group)).toBe(0),
        PATIENCE_MS,
      );
      await subscription.stop();
    };
    await readAll('fast');
    const slow = await transport.subscribe({
      group: 'slow',
      handler: () => Promise.reject(new Error('not yet')),
    });
    await slow.stop();
    expect(await drop({ keepDays: 2 })).toEqual({ dropped: 0, unread: 0 });

    await readAll('slow');
    await transport.append(recordsOf(['new-'], 0, 2));
    await readAll('fast');
    await readAll('slow');
    expect(await drop({ keepDays: 4 })).toEqual({ dropped: 0, unread: 0 });
    // Two instances take turns chunk by chunk, and drop each record once.
    const both = await Promise.all([
      drop({ keepDays: 2 }),
      drop({ keepDays: 2 }),
    ]);
    expect(both[0].dropped + both[1].dropped).toBe(30);
    expect(both[0].unread + both[1].unread).toBe(0);
    expect(await left()).toEqual(['new-0', 'new-1']);
    expect(await transport.lag('slow')).toBe(0);

    await transport.append(recordsOf(['unread-'], 0, 1));
    expect(await drop({ keepDays: 0 })).toEqual({ dropped: 2, unread: 0 });
    expect(await left()).toEqual(['unread-0']);
    expect(await transport.lag('slow')).toBe(1);
  });

  it('drops what nobody has read only past the hard limit, and says how much', async () => {
    const transport = await log.open();
    await transport.append(recordsOf(['a', 'b'], 0, 10));
    await log
      .knex('four_keys_log')
      .update({ appended_at: log.knex.raw(`now() - interval '3 days'`) });
    expect(await drop({ keepDays: 1, hardLimitDays: 4 })).toEqual({
      dropped: 0,
      unread: 0,
    });
    expect(await drop({ keepDays: 1, hardLimitDays: 2 })).toEqual({
      dropped: 20,
      unread: 20,
    });
    expect(await left()).toEqual([]);
  });
});
