import { mockServices } from '@backstage/backend-test-utils';
import {
  validateEvent,
  type ContractEvent,
} from '@four-keys/backstage-plugin-four-keys-common';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { PipelineMetrics } from '../observability';
import { isRecordAtFault, isUnavailable } from './failures';
import { RecentEvents } from './RecentEvents';
import { RecomputeWorker } from './RecomputeWorker';

const until = async (done: () => boolean) => {
  while (!done()) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
};

describe('RecomputeWorker', () => {
  it('goes on until nothing is dirty, wakes at the bell, and survives failures', async () => {
    let dirty = 3;
    let failing = 0;
    const rounds: number[] = [];
    const worker = new RecomputeWorker({
      recompute: async () => {
        if (failing > 0) {
          failing -= 1;
          throw new Error('The database is away');
        }
        rounds.push(dirty);
        const services = Math.min(dirty, 1);
        dirty -= services;
        return { services };
      },
      logger: mockServices.logger.mock(),
      metrics: new PipelineMetrics(metricsServiceMock.mock()),
      clock: () => 42,
      idleMs: 60_000,
    });
    expect(worker.lastTickAt).toBeNull();
    worker.start();
    await until(() => rounds.length === 4);
    expect(rounds).toEqual([3, 2, 1, 0]);
    expect(worker.lastTickAt).toBe(42);

    dirty = 1;
    failing = 1;
    worker.ring();
    await until(() => rounds.length === 6);
    expect(rounds.slice(4)).toEqual([1, 0]);
    expect(worker.failures).toBe(0);
    await worker.stop();
  });

  it('does not miss a bell that rings while it works', async () => {
    let rounds = 0;
    const worker: RecomputeWorker = new RecomputeWorker({
      recompute: async () => {
        rounds += 1;
        if (rounds === 1) {
          worker.ring();
        }
        return { services: 0 };
      },
      logger: mockServices.logger.mock(),
      metrics: new PipelineMetrics(metricsServiceMock.mock()),
      clock: Date.now,
      idleMs: 60_000,
    });
    worker.start();
    await until(() => rounds === 2);
    await worker.stop();
    expect(rounds).toBe(2);
  });
});

describe('RecentEvents', () => {
  const event = (id: string): ContractEvent => {
    const result = validateEvent({
      specversion: '1.0',
      id,
      source: 's',
      type: 'x.change.created',
      time: '2026-06-10T12:34:56Z',
      data: { service_id: 'a', commit_sha: 'abc' },
    });
    if (!result.ok) {
      throw new Error(result.rejection.message);
    }
    return result.event;
  };

  it('hands an event over once, and forgets the oldest when it is full', () => {
    const recent = new RecentEvents({ maxBytes: 10 });
    recent.remember('aaaa', event('a'));
    recent.remember('bbbb', event('b'));
    expect(recent.take('aaaa')?.id).toBe('a');
    expect(recent.take('aaaa')).toBeUndefined();
    recent.remember('cccc', event('c'));
    recent.remember('dddd', event('d'));
    expect(recent.take('bbbb')).toBeUndefined();
    expect(recent.take('cccc')?.id).toBe('c');
    expect(recent.take('dddd')?.id).toBe('d');
    recent.remember('too long to be kept', event('e'));
    expect(recent.take('too long to be kept')).toBeUndefined();
  });
});

describe('failures', () => {
  const sql = (code: string) => Object.assign(new Error('sql'), { code });

  it.each(['22003', '22P05', '23502', '54000'])(
    'blame the record for %s',
    code => {
      expect(isRecordAtFault(sql(code))).toBe(true);
    },
  );

  it.each([
    '53100',
    '25006',
    '57P01',
    '57P03',
    '08006',
    '40001',
    '40P01',
    '42P01',
    'ECONNREFUSED',
  ])('never blame the record for %s', code => {
    expect(isRecordAtFault(sql(code))).toBe(false);
  });

  it('blame the record for a value that cannot be sent, and nobody for what is unknown', () => {
    expect(isRecordAtFault(new RangeError('Invalid time value'))).toBe(true);
    expect(isRecordAtFault(new Error('Connection terminated'))).toBe(false);
    expect(isRecordAtFault('something')).toBe(false);
  });

  it('tell a database that is away from a mistake in a statement', () => {
    expect(isUnavailable(sql('57P01'))).toBe(true);
    expect(isUnavailable(sql('ECONNREFUSED'))).toBe(true);
    expect(isUnavailable(new Error('Connection terminated unexpectedly'))).toBe(
      true,
    );
    expect(isUnavailable(new AggregateError([sql('ECONNREFUSED')]))).toBe(true);
    expect(isUnavailable(sql('42P01'))).toBe(false);
    expect(isUnavailable(new TypeError('x is not a function'))).toBe(false);
  });
});
