import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import fc from 'fast-check';
import { useFolders } from '../__testUtils__/folder';
import { TestRepository } from '../__testUtils__/repository';
import { testRuntime } from '../__testUtils__/runtime';
import { parseEnvFile } from './envFile';
import type { FieldValues } from './data';
import type { CloudEvent } from './event';
import type { Family } from './fields';
import { emitOne, type EmitFlags } from './run';

jest.setTimeout(60_000);

const newFolder = useFolders();

const NOW = Date.parse('2026-11-20T10:00:20Z');

const GITHUB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'acme/checkout-api',
  GITHUB_SHA: '3f2a9c1d0b7e4f5a6c8d9e0f1a2b3c4d5e6f7a8b',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_RUN_ID: '1658821493',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_ACTOR: 'octo',
};

async function event(
  family: Family,
  fields: FieldValues,
  flags: EmitFlags = {},
  around: { env?: Record<string, string>; cwd?: string; now?: number } = {},
): Promise<CloudEvent> {
  const runtime = testRuntime({
    env: around.env,
    cwd: around.cwd ?? (await newFolder()),
    now: () => around.now ?? NOW,
  });
  await emitOne(family, fields, { ...flags, dryRun: true }, runtime);
  return JSON.parse(runtime.output.out) as CloudEvent;
}

describe('emit', () => {
  it('needs two flags in a CI job', async () => {
    const told = await event(
      'deploy',
      { environment: 'production' },
      { status: 'success' },
      { env: GITHUB },
    );
    expect(told).toEqual({
      specversion: '1.0',
      id: 'checkout-api/deployment/production/run%3A1658821493%2F1/success',
      source: '/cli/github-actions',
      type: 'dev.fourkeys.deploy.completed',
      time: '2026-11-20T10:00:20.000Z',
      datacontenttype: 'application/json',
      data: {
        service_id: 'checkout-api',
        environment: 'production',
        pipeline_run_id: '1658821493/1',
        commit_sha: GITHUB.GITHUB_SHA,
        branch: 'main',
        status: 'success',
      },
    });
  });

  it('says who started it only when asked', async () => {
    const flags = { status: 'success' };
    const around = { env: GITHUB };
    const fields = { environment: 'production' };
    const initiator = async (value: unknown) =>
      (await event('deploy', { ...fields, initiator: value }, flags, around))
        .data.initiator;
    expect(await initiator(undefined)).toBeUndefined();
    expect(await initiator(true)).toBe('octo');
    expect(await initiator('release-bot')).toBe('release-bot');
  });

  it('takes every field of the contract, and the words of CI systems', async () => {
    const deploy = await event(
      'deploy',
      {
        service_id: 'shop',
        environment: 'Prod-EU',
        deployment_id: 'd-1',
        pipeline_run_id: 'r-1',
        commit_sha: 'ABCDEF12',
        committed_at: '2026-11-20T08:00:00Z',
        pr_id: '42',
        branch: 'main',
        version: '1.2.3',
        artifact: 'sha256:aa',
        commits: [
          'abcdef12',
          { sha: 'bbbbbbb', committed_at: '2026-11-19T08:00:00+01:00' },
        ],
        kind: 'hotfix',
        remediates: 'INC-7',
        release_id: 'r7',
        started_at: '2026-11-20T09:00:00Z',
        finished_at: '2026-11-20T09:05:00Z',
        correlation_id: 'corr-1',
      },
      {
        status: 'SUCCEEDED',
        partitionKey: 'acme/shop',
        typePrefix: 'com.acme',
      },
    );
    expect(deploy).toMatchObject({
      type: 'com.acme.deploy.completed',
      time: '2026-11-20T09:05:00.000Z',
      correlationid: 'corr-1',
      partitionkey: 'acme/shop',
      data: { status: 'success', kind: 'hotfix', remediates: 'INC-7' },
    });
    expect(validateEvent(deploy)).toMatchObject({
      ok: true,
      event: { data: { environment: 'prod-eu', commit_sha: 'abcdef12' } },
    });

    const incident = await event(
      'incident',
      {
        service_id: 'shop',
        incident_id: 'INC-7',
        severity: 'critical',
        title: 'Down',
        url: 'https://example.com/7',
        'cause.deployment_id': 'd-1',
        'cause.service_id': 'cart',
        external: false,
      },
      { status: 'firing' },
    );
    expect(incident).toMatchObject({
      id: 'shop/incident/INC-7/opened',
      type: 'dev.fourkeys.incident.opened',
      data: { cause: { deployment_id: 'd-1', service_id: 'cart' } },
    });

    const change = await event('change', {
      service_id: 'shop',
      commit_sha: 'abcdef12',
      pr_id: '42',
      merged_at: '2026-11-20T09:05:00Z',
      labels: ['bug', 'fast'],
    });
    expect(change).toMatchObject({
      id: 'shop/pr/42/merged/abcdef12',
      type: 'dev.fourkeys.change.merged',
      time: '2026-11-20T09:05:00.000Z',
      data: { labels: ['bug', 'fast'] },
    });

    const build = await event(
      'build',
      { service_id: 'shop', pipeline_run_id: 'r-1' },
      { status: 'aborted' },
    );
    expect(build).toMatchObject({
      type: 'dev.fourkeys.build.completed',
      data: { status: 'cancelled' },
    });
  });

  it('reads the outcome of the job where the system says it', async () => {
    const gitlab = {
      GITLAB_CI: 'true',
      CI_PROJECT_PATH: 'acme/shop',
      CI_JOB_ID: '5',
      CI_PIPELINE_ID: '4',
      CI_ENVIRONMENT_NAME: 'production',
    };
    const told = await event(
      'deploy',
      {},
      {},
      {
        env: { ...gitlab, CI_JOB_STATUS: 'failed' },
      },
    );
    expect(told.data).toMatchObject({
      service_id: 'shop',
      environment: 'production',
      deployment_id: 'gitlab/job/5',
      pipeline_run_id: '4',
      status: 'failure',
    });
    await expect(
      event('deploy', {}, {}, { env: { ...gitlab, CI_JOB_STATUS: 'running' } }),
    ).rejects.toThrow(/--status is missing; give one of started, success/);
  });

  it('takes what a template stamped, and the commit of that very folder', async () => {
    const repository = new TestRepository(await newFolder());
    await writeFile(
      join(repository.folder, '.four-keys.env'),
      [
        '# stamped',
        'FOUR_KEYS_SERVICE_ID=shop/checkout',
        'export FOUR_KEYS_CORRELATION_ID="2W7Z1C8Q4V6K9R3T5XHJ0MYBND"',
        "FOUR_KEYS_TEMPLATE='node-service@1.4.0' # by the platform",
        'FOUR_KEYS_TELEMETRY_KEY=acme/shop',
        'FOUR_KEYS_TOKEN=must-not-be-read',
      ].join('\r\n'),
    );
    const sha = repository.commit('First');
    const deploy = await event(
      'deploy',
      { environment: 'production' },
      { status: 'success' },
      { cwd: repository.folder },
    );
    expect(deploy).toMatchObject({
      correlationid: '2W7Z1C8Q4V6K9R3T5XHJ0MYBND',
      partitionkey: 'acme/shop',
      data: {
        service_id: 'shop/checkout',
        commit_sha: sha,
        committed_at: repository.now,
        branch: 'main',
        deployment_id: `cli-${sha}-1795168800`,
      },
    });
    const change = await event('change', {}, {}, { cwd: repository.folder });
    expect(change.data).toMatchObject({
      commit_sha: sha,
      template_id: 'node-service',
      template_version: '1.4.0',
    });
  });

  it('does not take the commit of a folder that may be anybody’s', async () => {
    const repository = new TestRepository(await newFolder());
    const sha = repository.commit('First');
    const fields = { service_id: 'shop', environment: 'production' };
    const around = { cwd: repository.folder };
    const bare = await event('deploy', fields, { status: 'success' }, around);
    expect(bare.data.commit_sha).toBeUndefined();
    const asked = await event(
      'deploy',
      { ...fields, commit_sha: 'HEAD' },
      { status: 'success' },
      around,
    );
    expect(asked.data).toMatchObject({
      commit_sha: sha,
      committed_at: repository.now,
    });
  });

  it('gives the same call the same id, and another occasion another', async () => {
    const fields = { service_id: 'shop', environment: 'production' };
    const idAt = async (now: number, flags: EmitFlags = {}) =>
      (await event('deploy', fields, { status: 'success', ...flags }, { now }))
        .id;
    expect(await idAt(NOW)).toBe(await idAt(NOW + 30_000));
    expect(await idAt(NOW)).not.toBe(await idAt(NOW + 3_600_000));
    const time = { time: '2026-11-20T10:00:00Z' };
    expect(await idAt(NOW, time)).toBe(await idAt(NOW + 3_600_000, time));
    const resolved = async (at: string) =>
      (
        await event(
          'incident',
          { service_id: 'shop', incident_id: 'INC-7' },
          { status: 'resolved', time: at },
        )
      ).id;
    expect(await resolved('2026-11-20T10:00:00Z')).not.toBe(
      await resolved('2026-11-20T11:00:00Z'),
    );
  });

  it.each<[string, Family, FieldValues, EmitFlags, RegExp]>([
    [
      'no status',
      'deploy',
      {},
      {},
      /^--status is missing; give one of started/,
    ],
    [
      'an unknown status',
      'incident',
      {},
      { status: 'burning' },
      /^--status is "burning"; it must be one of opened, reopened, resolved/,
    ],
    [
      'no service',
      'deploy',
      { environment: 'p' },
      { status: 'success' },
      /^--service is missing.*FOUR_KEYS_SERVICE_ID/,
    ],
    [
      'no environment',
      'deploy',
      { service_id: 's', environment: '' },
      { status: 'success' },
      /^--environment is missing/,
    ],
    [
      'no run',
      'build',
      { service_id: 's' },
      { status: 'started' },
      /^--pipeline-run-id is missing/,
    ],
    [
      'no incident',
      'incident',
      { service_id: 's' },
      { status: 'opened' },
      /^--incident-id is missing/,
    ],
    [
      'a time without zone',
      'deploy',
      { service_id: 's', environment: 'p', started_at: '2026-11-20 10:00' },
      { status: 'success' },
      /^--started-at is not an RFC 3339 date-time/,
    ],
    [
      'a broken time of the event',
      'deploy',
      { service_id: 's', environment: 'p' },
      { status: 'success', time: 'now' },
      /^--time is "now", which is no RFC 3339 time/,
    ],
    [
      'a broken time of a commit',
      'deploy',
      {
        service_id: 's',
        environment: 'p',
        commits: [{ sha: 'abcdef1', committed_at: 'monday' }],
      },
      { status: 'success' },
      /^--commits is not an RFC 3339 date-time/,
    ],
    [
      'an id that is too long',
      'deploy',
      { service_id: 's'.repeat(300), environment: 'p' },
      { status: 'success' },
      /^--service must be a string or number of 1 to 200 characters/,
    ],
    [
      'what only a merge has',
      'change',
      {
        service_id: 's',
        commit_sha: 'abcdef1',
        merged_at: '2026-11-20T10:00:00Z',
      },
      { status: 'created' },
      /^--merged-at says something about a merged change/,
    ],
  ])('names the flag: %s', async (_, family, fields, flags, message) => {
    await expect(event(family, fields, flags)).rejects.toThrow(message);
  });
});

describe('.four-keys.env', () => {
  it('names the line that is none', () => {
    expect(() => parseEnvFile('A=1\n\nnonsense\n')).toThrow(
      '.four-keys.env:3 is not KEY=VALUE',
    );
  });

  it('reads back whatever is written in quotes', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,10}$/),
          fc.stringMatching(/^[ -!#-~]{0,20}$/),
        ),
        values => {
          const text = Object.entries(values)
            .map(([key, value]) => `${key}="${value}"`)
            .join('\n');
          expect(parseEnvFile(text)).toEqual({ ...values });
        },
      ),
    );
  });
});
