import { ConfigReader } from '@backstage/config';
import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import fc from 'fast-check';
import { toEnvelope } from '../../webhook/envelope';
import type { SourceEvent, SourceResult } from '../port';
import { deploymentStatus, pullRequest, push, SHA } from './fixtures';
import { githubSource } from '.';

const source = (settings: object = {}) =>
  githubSource.fromConfig(new ConfigReader({ secrets: ['s'], ...settings }));

const map = (event: string, body: unknown, settings?: object): SourceResult =>
  source(settings).map({ 'x-github-event': event }, body);

function eventsOf(result: SourceResult): readonly SourceEvent[] {
  if (!('events' in result)) {
    throw new Error(`Ignored: ${result.ignored}`);
  }
  for (const event of result.events) {
    const envelope = toEnvelope(event, {
      source: '/github/github.com',
      typePrefix: 'dev.fourkeys',
    });
    expect(validateEvent(envelope)).toMatchObject({ ok: true });
    expect(JSON.stringify(envelope)).not.toMatch(/mona/i);
  }
  return result.events;
}

const status = (change: {
  deployment_status?: object;
  deployment?: object;
  workflow_run?: object | null;
}) => ({
  ...deploymentStatus,
  ...(change.workflow_run === undefined
    ? {}
    : { workflow_run: change.workflow_run }),
  deployment_status: {
    ...deploymentStatus.deployment_status,
    ...change.deployment_status,
  },
  deployment: { ...deploymentStatus.deployment, ...change.deployment },
});

describe('deployment_status', () => {
  it('success is a completed deployment', () => {
    expect(eventsOf(map('deployment_status', deploymentStatus))).toEqual([
      {
        kind: 'deploy.completed',
        id: 'acme/payments-api/deployment/77/success/1781095812',
        time: '2026-06-10T12:50:12.000Z',
        data: {
          service_id: 'Payments-API',
          environment: 'production',
          deployment_id: 'github/77',
          commit_sha: SHA.merge,
          pipeline_run_id: '123456/2',
          status: 'success',
          finished_at: '2026-06-10T12:50:12.000Z',
        },
      },
    ]);
  });

  it.each([
    ['in_progress', 'deploy.started', undefined],
    ['failure', 'deploy.completed', 'failure'],
    ['error', 'deploy.completed', 'failure'],
  ])('%s is %s', (state, kind, outcome) => {
    const [event] = eventsOf(
      map(
        'deployment_status',
        status({ deployment_status: { state }, workflow_run: null }),
      ),
    );
    expect(event).toMatchObject({ kind, id: expect.stringContaining(state) });
    expect(event.data.status).toBe(outcome);
    expect('started_at' in event.data).toBe(state === 'in_progress');
    expect(event.data).not.toHaveProperty('pipeline_run_id');
  });

  it.each(['queued', 'pending', 'waiting', 'inactive'])(
    '%s says nothing',
    state => {
      expect(
        map('deployment_status', status({ deployment_status: { state } })),
      ).toEqual({ ignored: expect.stringContaining(state) });
    },
  );

  it('takes what the payload of the deployment says, as object and as text', () => {
    const payload = {
      service_id: 'payments',
      version: '1.4.0',
      artifact: 'sha256:ab',
      remediates: 'github/76',
      correlation_id: '01J8ZC7Q4V6K9R3T5XHJ0MYBND',
    };
    for (const given of [payload, JSON.stringify(payload)]) {
      const [event] = eventsOf(
        map('deployment_status', status({ deployment: { payload: given } })),
      );
      expect(event.data).toMatchObject(payload);
    }
    expect(
      eventsOf(
        map('deployment_status', status({ deployment: { payload: 'text' } })),
      )[0].data.service_id,
    ).toBe('Payments-API');
  });

  it('reads rules for services, kinds and transient environments', () => {
    const settings = {
      services: [
        { repository: 'other/*', service: 'other' },
        { repository: 'acme/pay*', environment: 'eu-*', service: 'pay-eu' },
        { repository: 'acme/**', service: 'pay' },
      ],
    };
    const data = (change: object, more: object = {}) =>
      eventsOf(
        map('deployment_status', status({ deployment: change }), {
          ...settings,
          ...more,
        }),
      )[0].data;
    const eu = status({ deployment_status: { environment: 'eu-1' } });
    expect(
      eventsOf(map('deployment_status', eu, settings))[0].data,
    ).toMatchObject({ service_id: 'pay-eu', environment: 'eu-1' });
    expect(data({}).service_id).toBe('pay');
    expect(data({ task: 'deploy:rollback' }).kind).toBe('rollback');
    expect(
      data(
        { task: 'db:migrate' },
        { taskKinds: [{ task: 'db:*', kind: 'config' }] },
      ).kind,
    ).toBe('config');
    const transient = status({ deployment: { transient_environment: true } });
    expect(map('deployment_status', transient)).toEqual({
      ignored: 'the environment is transient',
    });
    eventsOf(
      map('deployment_status', transient, { transientEnvironments: true }),
    );
    expect(
      map('deployment_status', deploymentStatus, { deployments: 'none' }),
    ).toHaveProperty('ignored');
  });
});

describe('pull_request', () => {
  it('merged into a landing branch is a change', () => {
    expect(eventsOf(map('pull_request', pullRequest))).toEqual([
      {
        kind: 'change.merged',
        id: `acme/payments-api/pr/42/merged/${SHA.merge}`,
        time: '2026-06-10T12:34:50.000Z',
        data: {
          service_id: 'Payments-API',
          commit_sha: SHA.merge,
          pr_id: '42',
          branch: 'main',
          repository: 'Acme/Payments-API',
          opened_at: '2026-06-09T08:30:00.000Z',
          merged_at: '2026-06-10T12:34:50.000Z',
          labels: ['HotFix'],
          kind: 'hotfix',
        },
      },
    ]);
  });

  it('says nothing when it is not merged, or merged elsewhere', () => {
    const changed = (pull: object, action = 'closed') =>
      map('pull_request', {
        ...pullRequest,
        action,
        pull_request: { ...pullRequest.pull_request, ...pull },
      });
    expect(changed({ merged: false })).toHaveProperty('ignored');
    expect(changed({}, 'synchronize')).toHaveProperty('ignored');
    expect(changed({ base: { ref: 'next' } })).toEqual({
      ignored: 'next is no landing branch',
    });
    expect(changed({ merged_at: null })).toHaveProperty('ignored');
  });
});

describe('push', () => {
  it('brings every commit, and the merge as the landing of what it brings', () => {
    const landed = {
      service_id: 'Payments-API',
      branch: 'main',
      repository: 'Acme/Payments-API',
      merged_at: '2026-06-10T12:34:56.000Z',
    };
    const first = { sha: SHA.first, committed_at: '2026-06-09T07:00:00.000Z' };
    const second = {
      sha: SHA.second,
      committed_at: '2026-06-09T08:00:00.000Z',
    };
    const event = (sha: string, commits: object[]) => ({
      kind: 'change.merged',
      id: `acme/payments-api/change/${sha}`,
      time: '2026-06-10T12:34:56.000Z',
      data: { ...landed, commit_sha: sha, commits },
    });
    expect(eventsOf(map('push', push))).toEqual([
      event(SHA.first, [first]),
      event(SHA.second, [second]),
      event(SHA.merge, [first, second]),
    ]);
  });

  it.each([
    ['a tag', { ref: 'refs/tags/v1' }],
    ['a feature branch', { ref: 'refs/heads/retries' }],
    ['a deleted branch', { deleted: true, commits: [] }],
    ['no commits', { commits: [] }],
  ])('%s says nothing', (_, change) => {
    expect(map('push', { ...push, ...change })).toHaveProperty('ignored');
  });

  it('follows the settings', () => {
    expect(map('push', push, { changes: 'merges' })).toHaveProperty('ignored');
    const release = { ...push, ref: 'refs/heads/release/1.4' };
    expect(
      eventsOf(map('push', release, { landingBranches: ['release/*'] }))[0].data
        .branch,
    ).toBe('release/1.4');
  });
});

describe('any webhook of GitHub', () => {
  it('is ignored when it is of no use', () => {
    expect(map('ping', { zen: 'x' })).toEqual({ ignored: 'ping is not used' });
    expect(source().map({}, {})).toEqual({
      ignored: 'X-GitHub-Event is missing',
    });
    expect(map('push', { ref: 5 })).toEqual({
      ignored: expect.stringMatching(/^the body cannot be read, ref: /),
    });
  });

  it('never throws, whatever the body holds', () => {
    const bodies = [push, pullRequest, deploymentStatus];
    const paths = (value: unknown): string[][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => [
            [key],
            ...paths(inner).map(path => [key, ...path]),
          ])
        : [];
    const replaced = (value: unknown, path: string[], by: unknown): unknown => {
      if (path.length === 0) {
        return by;
      }
      const copy = Array.isArray(value)
        ? [...value]
        : { ...(value as Record<string, unknown>) };
      return Object.assign(copy, {
        [path[0]]: replaced(
          (value as Record<string, unknown>)[path[0]],
          path.slice(1),
          by,
        ),
      });
    };
    fc.assert(
      fc.property(
        fc.constantFrom('push', 'pull_request', 'deployment_status', ''),
        fc
          .constantFrom(...bodies)
          .chain(body =>
            fc.tuple(
              fc.constant(body),
              fc.constantFrom(...paths(body)),
              fc.jsonValue(),
            ),
          ),
        (event, [body, path, by]) => {
          const result = map(event, replaced(body, path, by));
          expect('ignored' in result || result.events.length > 0).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('knows the signature of the vendor, by any of its secrets', () => {
    const verify = (secrets: string[], signature?: string) =>
      source({ secrets }).verify(
        { 'x-hub-signature-256': signature },
        Buffer.from('Hello, World!'),
      );
    const signature =
      'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const secret = "It's a Secret to Everybody";
    expect(verify([secret], signature)).toBe(true);
    expect(verify(['new', secret], signature)).toBe(true);
    expect(verify([secret, 'new'], signature)).toBe(true);
    expect(verify(['new'], signature)).toBe(false);
    expect(verify([secret])).toBe(false);
    expect(verify([secret], signature.slice(0, -1))).toBe(false);
    expect(verify([secret], signature.replace('sha256', 'sha1'))).toBe(false);
    expect(verify([secret], `${signature}, ${signature}`)).toBe(false);
  });

  it('stays closed without a secret, and names the key that is wrong', () => {
    expect(() => source({ secrets: [] })).toThrow(/secrets is missing/);
    expect(() => source({ allowUnsigned: true })).toThrow(/contradict/);
    expect(() => source({ changes: 'both' })).toThrow(
      'changes is "both", it must be one of merges, pushes',
    );
    expect(
      source({ secrets: undefined, allowUnsigned: true }).verify(
        {},
        Buffer.alloc(0),
      ),
    ).toBe(true);
  });
});
