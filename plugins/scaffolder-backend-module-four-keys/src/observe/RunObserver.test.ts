import { mockServices } from '@backstage/backend-test-utils';
import { NotFoundError } from '@backstage/errors';
import type {
  LogEvent,
  ScaffolderTask,
} from '@backstage/plugin-scaffolder-common';
import {
  validateEvent,
  type EventEnvelope,
} from '@four-keys/backstage-plugin-four-keys-common';
import { correlationIdOf } from '../correlation';
import { RunObserver } from './RunObserver';

const BEGIN = Date.parse('2026-11-20T08:00:00.000Z');

const at = (seconds: number) => new Date(BEGIN + seconds * 1000).toISOString();

/** A scaffolder and a collector, of which a test says what they hold. */
function setUp() {
  const tasks = new Map<string, ScaffolderTask>();
  const logs = new Map<string, LogEvent[]>();
  const stored = new Map<string, EventEnvelope>();
  const state = { down: false, conflicts: 0, published: 0 };

  const begin = (id: string, seconds = 0) =>
    tasks.set(id, {
      id,
      status: 'processing',
      createdAt: at(seconds),
      spec: {
        apiVersion: 'scaffolder.backstage.io/v1beta3',
        steps: [],
        output: {},
        parameters: { password: 'a-secret' },
        user: { ref: 'user:default/somebody' },
        templateInfo: {
          entityRef: 'template:default/node-service',
          entity: {
            metadata: {
              name: 'node-service',
              annotations: { 'four-keys.dev/template': 'node-service@1.4.0' },
            },
          },
        },
      },
    });
  const end = (
    taskId: string,
    status: 'completed' | 'failed' | 'cancelled',
    seconds: number,
  ) => {
    tasks.set(taskId, { ...tasks.get(taskId)!, status });
    logs.set(taskId, [
      {
        id: seconds,
        taskId,
        type: 'completion',
        createdAt: at(seconds),
        body: { message: 'a-secret was used' },
      },
    ]);
  };

  const observe = () =>
    new RunObserver({
      scaffolder: {
        getTask: async ({ taskId }) => {
          const task = tasks.get(taskId);
          if (!task) {
            throw new NotFoundError(taskId);
          }
          return task;
        },
        getLogs: async ({ taskId }) => logs.get(taskId) ?? [],
        listTasks: async ({ limit = 10, offset = 0 }) => {
          const all = [...tasks.values()].sort(
            (a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt),
          );
          return {
            items: all.slice(offset, offset + limit),
            totalItems: all.length,
          };
        },
      },
      auth: mockServices.auth(),
      logger: mockServices.logger.mock(),
      typePrefix: 'com.example',
      events: {
        publish: async events => {
          if (state.down) {
            throw new Error('no transport takes events');
          }
          for (const event of events) {
            const known = stored.get(event.id);
            state.published++;
            state.conflicts +=
              known && JSON.stringify(known) !== JSON.stringify(event) ? 1 : 0;
            stored.set(event.id, event);
          }
          return { accepted: events.length, rejected: [] };
        },
      },
    });
  return { tasks, begin, end, observe, stored, state };
}

describe('RunObserver', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: BEGIN + 60_000 });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('reports start and end of a run that rings, with nothing of its parameters or its user', async () => {
    const { begin, end, observe, stored, state } = setUp();
    const observer = observe();
    begin('run-1');
    // As the scaffolder sends it: the creation carries everything.
    observer.ring({ id: 'run-1', status: 'open', spec: { parameters: 1 } });
    await jest.advanceTimersByTimeAsync(300);
    expect([...stored.values()].map(({ type }) => type)).toEqual([
      'com.example.scaffold.started',
    ]);

    // It rings before its transaction has ended: the first look is too early.
    observer.ring({ id: 'run-1', status: 'completed' });
    await jest.advanceTimersByTimeAsync(300);
    expect(stored.size).toBe(1);
    end('run-1', 'completed', 42);
    await jest.advanceTimersByTimeAsync(2_000);
    expect([...stored.values()]).toEqual([
      expect.objectContaining({ time: at(0) }),
      {
        specversion: '1.0',
        id: expect.stringMatching(/^run-1\/scaffold\.completed\//),
        source: '/backstage/scaffolder',
        type: 'com.example.scaffold.completed',
        time: at(42),
        datacontenttype: 'application/json',
        correlationid: correlationIdOf('run-1'),
        data: {
          correlation_id: correlationIdOf('run-1'),
          run_id: 'run-1',
          template_id: 'node-service',
          template_version: '1.4.0',
          status: 'success',
          duration_ms: 42_000,
        },
      },
    ]);
    for (const event of stored.values()) {
      expect(validateEvent(event, { now: Date.now() }).ok).toBe(true);
      expect(JSON.stringify(event)).not.toMatch(/a-secret|somebody/);
    }
    expect(state.conflicts).toBe(0);
  });

  it('finds the run of a cancelled or recovered ring by its taskId', async () => {
    const { begin, end, observe, stored } = setUp();
    const observer = observe();
    begin('run-1');
    end('run-1', 'cancelled', 5);
    observer.ring({ id: 17, taskId: 'run-1', status: 'cancelled' });
    await jest.advanceTimersByTimeAsync(300);
    expect([...stored.values()][1].data).toMatchObject({ status: 'cancelled' });
    for (const nothing of [undefined, null, 'text', { id: 17 }, {}]) {
      observer.ring(nothing);
    }
    expect(jest.getTimerCount()).toBe(0);
  });

  it('counts runs that were missed, once, whoever else reported them and however often it looks', async () => {
    const { tasks, begin, end, observe, stored, state } = setUp();
    for (let i = 0; i < 250; i++) {
      begin(`run-${i}`, i);
      end(`run-${i}`, i % 2 ? 'failed' : 'completed', i + 10);
    }
    begin('too-old', -40 * 86_400);
    end('too-old', 'completed', 0);
    const since = new Date(BEGIN - 86_400_000);

    const observer = observe();
    await observer.report('run-7');
    expect(await observer.reconcile({ since })).toEqual({ runs: 249 });
    expect(await observer.reconcile({ since })).toEqual({ runs: 0 });
    expect(stored.size).toBe(500);

    // Another process, such as this one after a restart, knows nothing of that.
    expect(await observe().reconcile({ since })).toEqual({ runs: 250 });
    expect(stored.size).toBe(500);
    expect(state).toMatchObject({ conflicts: 0, published: 1000 });
    expect(tasks.size).toBe(251);
  });

  it('reports again what could not be reported, and a retry as another end of the same run', async () => {
    const { begin, end, observe, stored, state } = setUp();
    const observer = observe();
    const since = new Date(BEGIN);
    begin('run-1');
    end('run-1', 'failed', 10);
    state.down = true;
    observer.ring({ id: 'run-1', status: 'failed' });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(stored.size).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
    await expect(observer.reconcile({ since })).rejects.toThrow('no transport');
    state.down = false;
    await observer.reconcile({ since });
    expect(stored.size).toBe(2);

    // A retry itself says nothing; that somebody took the run does.
    end('run-1', 'completed', 30);
    observer.ring({ id: 'run-1', status: 'processing' });
    await jest.advanceTimersByTimeAsync(300);
    const ends = [...stored.values()].filter(({ type }) =>
      type.endsWith('completed'),
    );
    expect(ends.map(({ data }) => data)).toEqual([
      expect.objectContaining({ run_id: 'run-1', status: 'failure' }),
      expect.objectContaining({ run_id: 'run-1', status: 'success' }),
    ]);
    expect(state.conflicts).toBe(0);
  });

  it('looks at nothing once stopped, and passes over runs of no known template', async () => {
    const { tasks, begin, end, observe, stored, state } = setUp();
    const observer = observe();
    begin('run-1');
    end('run-1', 'completed', 1);
    const task = tasks.get('run-1')!;
    tasks.set('run-1', {
      ...task,
      spec: { ...task.spec, templateInfo: undefined },
    });
    expect(await observer.report('run-1')).toBe(true);
    expect(state.published).toBe(0);
    observer.ring({ id: 'run-1' });
    observer.stop();
    observer.ring({ id: 'run-1' });
    expect(jest.getTimerCount()).toBe(0);
    expect(stored.size).toBe(0);
  });
});
