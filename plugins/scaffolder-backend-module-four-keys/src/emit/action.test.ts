import { mockServices } from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import type { JsonValue } from '@backstage/types';
import {
  validateEvent,
  type EventEnvelope,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { FourKeysEventsService } from '@four-keys/backstage-plugin-four-keys-node';
import { correlationIdOf } from '../correlation';
import { createEmitAction } from './action';
import { repositoryOf } from './event';

const commitHash = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';

const change = {
  serviceId: 'payments-api',
  commitHash,
  remoteUrl: 'https://bot:secret@git.example.com/acme/payments-api.git',
  branch: 'main',
};

const accepts: FourKeysEventsService['publish'] = async events => ({
  accepted: events.length,
  rejected: [],
});

function setUp(publish = accepts) {
  const published: EventEnvelope[] = [];
  const action = createEmitAction({
    events: {
      publish: async (events, options) => {
        const answer = await publish(events, options);
        published.push(...events);
        return answer;
      },
    },
    typePrefix: 'com.example',
    platformVersion: '2026.11',
  });
  type Context = Parameters<typeof action.handler>[0];
  /** What the scaffolder keeps of a run between retries. */
  const checkpoints = new Map<string, JsonValue | void>();

  async function run(input: Context['input'], rest: Partial<Context> = {}) {
    const logger = mockServices.logger.mock();
    const output = jest.fn();
    const context: Context = {
      ...createMockActionContext({
        task: { id: 'task-1' },
        templateInfo: {
          entityRef: 'template:default/node-service',
          entity: {
            metadata: {
              name: 'node-service',
              annotations: { 'four-keys.dev/template': 'node-service@1.4.0' },
            },
          },
        },
      }),
      checkpoint: async ({ key, fn }) => {
        if (!checkpoints.has(key)) {
          checkpoints.set(key, await fn());
        }
        return checkpoints.get(key) as Awaited<ReturnType<typeof fn>>;
      },
      input,
      logger,
      output,
      ...rest,
    };
    await action.handler(context);
    return {
      logger,
      output: Object.fromEntries(output.mock.calls) as Record<string, unknown>,
    };
  }
  return { run, published };
}

describe('four-keys:emit', () => {
  it('reports the commit that was published, and on a retry the very same event', async () => {
    const { run, published } = setUp();
    const { output } = await run(change);
    const [event] = published;
    expect(event).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^task-1\/change\.created\/[0-9a-f]{16}$/),
      source: '/backstage/scaffolder',
      type: 'com.example.change.created',
      time: expect.any(String),
      datacontenttype: 'application/json',
      correlationid: correlationIdOf('task-1'),
      data: {
        correlation_id: correlationIdOf('task-1'),
        service_id: 'payments-api',
        commit_sha: commitHash,
        repository: 'https://git.example.com/acme/payments-api',
        branch: 'main',
        template_id: 'node-service',
        template_version: '1.4.0',
      },
    });
    expect(validateEvent(event, { now: Date.now() }).ok).toBe(true);
    expect(output).toEqual({ eventId: event.id, emitted: true });

    await run(change);
    expect(published[1]).toEqual(event);
    await run({ ...change, commitHash: 'ffff' });
    expect(published[2].id).not.toBe(event.id);
  });

  it('reports any other event of the contract, with the fields of the run filled in', async () => {
    const { run, published } = setUp();
    await run({
      kind: 'scaffold.completed',
      time: '2026-06-10T12:34:56Z',
      telemetryKey: 'acme/payments',
      data: { status: 'failure', template_version: '2.0.0', duration_ms: 5 },
    });
    expect(published).toEqual([
      expect.objectContaining({
        type: 'com.example.scaffold.completed',
        time: '2026-06-10T12:34:56Z',
        partitionkey: 'acme/payments',
        data: {
          correlation_id: correlationIdOf('task-1'),
          run_id: 'task-1',
          template_id: 'node-service',
          template_version: '2.0.0',
          platform_version: '2026.11',
          status: 'failure',
          duration_ms: 5,
        },
      }),
    ]);
  });

  it('never reports in a dry run, and shows what it would report', async () => {
    const { run, published } = setUp();
    const { logger, output } = await run(
      { ...change, strict: true },
      { isDryRun: true, task: { id: 'dry-run-1' } },
    );
    expect(published).toEqual([]);
    expect(output.emitted).toBe(false);
    expect(logger.info).toHaveBeenCalledWith(
      expect.stringMatching(/^Would report .*change\.created/),
    );
  });

  it('only warns when the report fails, unless it is strict', async () => {
    const { run, published } = setUp(async () => {
      throw new Error('no transport takes events');
    });
    const { logger, output } = await run(change);
    expect(output).toMatchObject({ emitted: false });
    expect(logger.warn).toHaveBeenCalledWith(
      'com.example.change.created was not reported: no transport takes events',
    );
    await expect(run({ ...change, strict: true })).rejects.toThrow(
      'no transport takes events',
    );
    expect(published).toEqual([]);

    const refusing = setUp(async () => ({
      accepted: 0,
      rejected: [
        { index: 0, id: 'a', code: 'time_in_future', message: 'too early' },
      ],
    }));
    expect((await refusing.run(change)).output.emitted).toBe(false);
    await expect(refusing.run({ ...change, strict: true })).rejects.toThrow(
      'com.example.change.created was not reported: too early',
    );
  });

  it('does not send what breaks the contract, and names the field', async () => {
    const { run, published } = setUp();
    const { logger } = await run({ serviceId: 'payments-api' });
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('data.commit_sha is missing'),
    );
    await expect(
      run({ serviceId: 'payments-api', strict: true }),
    ).rejects.toThrow('data.commit_sha is missing');
    await expect(run({ kind: 'deploy.done' })).rejects.toThrow(
      'kind is "deploy.done", it must be one of change.created',
    );
    expect(published).toEqual([]);
  });

  it('lets go when the run is cancelled, even while it waits for the transport', async () => {
    const { run } = setUp(
      (_, options) =>
        new Promise((_resolve, reject) => {
          const signal = options!.signal!;
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    const controller = new AbortController();
    const running = run(change, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('cancelled')), 20);
    await expect(running).rejects.toThrow('cancelled');
    await expect(
      run(change, { signal: AbortSignal.abort(new Error('before')) }),
    ).rejects.toThrow('before');
  });
});

describe('repositoryOf', () => {
  it.each([
    ['https://u:p@example.com/a/b.git', 'https://example.com/a/b'],
    ['https://example.com/a/b/', 'https://example.com/a/b'],
    ['git@example.com:a/b.git', 'git@example.com:a/b'],
    ['file:///tmp/repositories/b', 'file:///tmp/repositories/b'],
  ])('writes %s as %s', (remoteUrl, repository) => {
    expect(repositoryOf(remoteUrl)).toBe(repository);
  });
});
