import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { compute } from '@four-keys/model';
import { acceptAll, startCollector } from '../__testUtils__/collector';
import { useFolders } from '../__testUtils__/folder';
import { TestRepository } from '../__testUtils__/repository';
import { testRuntime } from '../__testUtils__/runtime';
import type { JsonEvent } from '../transport/client';
import { backfillGit, type BackfillFlags } from './backfill';

jest.setTimeout(60_000);

const newFolder = useFolders();

interface Data {
  commit_sha: string;
  pr_id?: string;
  branch?: string;
  version?: string;
  environment?: string;
  status?: string;
  commits: Array<{ sha: string; committed_at: string }>;
}

const dataOf = (event: JsonEvent) => event.data as unknown as Data;
const ofKind = (events: readonly JsonEvent[], kind: string) =>
  events.filter(({ type }) => type === `dev.fourkeys.${kind}`);
const shasOf = (event: JsonEvent) =>
  dataOf(event).commits.map(({ sha }) => sha);

async function read(
  repository: TestRepository,
  flags: Partial<BackfillFlags> = {},
): Promise<JsonEvent[]> {
  const runtime = testRuntime();
  await backfillGit(
    {
      repository: repository.folder,
      service: 'checkout-api',
      environment: 'production',
      output: '-',
      ...flags,
    },
    runtime,
  );
  const events = runtime.output.out
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as JsonEvent);
  for (const event of events) {
    expect(validateEvent(event)).toMatchObject({ ok: true });
  }
  return events;
}

const ask = (events: readonly JsonEvent[]) =>
  compute({
    now: '2026-12-01T00:00:00Z',
    events: [...events],
    queries: [
      {
        service: 'checkout-api',
        from: '2026-01-01T00:00:00Z',
        to: '2026-12-01T00:00:00Z',
      },
    ],
  })[0];

async function smallHistory() {
  const repository = new TestRepository(await newFolder());
  const root = repository.commit('Begin');
  const merged = repository.branch('feature', 'One', 'Two');
  const merge = repository.merge('feature', 'Merge pull request #7 from a/b');
  repository.git('tag', 'v1.0.0');
  const squash = repository.later(2).commit('Squashed work (#8)');
  const direct = repository.later(1).commit('Straight to main');
  repository.later(3).git('tag', '-a', 'v1.1.0', '-m', 'Release');
  const tagged = repository.now;
  const gitlab = repository.branch('other', 'Three');
  const gitlabMerge = repository.merge(
    'other',
    "Merge branch 'other' into 'main'\n\nThree\n\nSee merge request acme/shop!12",
  );
  repository.git('tag', 'v1.2.0');
  repository.git('tag', 'nightly');
  return {
    repository,
    root,
    merged,
    merge,
    squash,
    direct,
    tagged,
    gitlab,
    gitlabMerge,
  };
}

describe('backfill git', () => {
  it('tells each landing with its commits, times and pull request', async () => {
    const {
      repository,
      root,
      merged,
      merge,
      squash,
      direct,
      gitlab,
      gitlabMerge,
    } = await smallHistory();
    const events = await read(repository);
    expect(
      events.map(event => ({
        id: event.id,
        pr: dataOf(event).pr_id,
        sha: dataOf(event).commit_sha,
        commits: shasOf(event),
        branch: dataOf(event).branch,
      })),
    ).toEqual(
      [
        ['change', root, undefined, [root]],
        ['pr/7/merged', merge, '7', merged],
        ['pr/8/merged', squash, '8', [squash]],
        ['change', direct, undefined, [direct]],
        ['mr/12/merged', gitlabMerge, '12', gitlab],
      ].map(([id, sha, pr, commits]) => ({
        id: `checkout-api/${id}/${sha}`,
        pr,
        sha,
        commits,
        branch: 'main',
      })),
    );
    const [, pullRequest] = events;
    expect(pullRequest.time).toBe('2026-03-02T11:00:00.000Z');
    expect(dataOf(pullRequest).commits[0].committed_at).toBe(
      '2026-03-02T09:00:00.000Z',
    );
    for (const event of events) {
      const sha = dataOf(event).commit_sha;
      const range = sha === root ? [sha] : [`${sha}^1..${sha}`];
      expect([...shasOf(event)].sort()).toEqual(
        repository
          .git('rev-list', '--no-merges', ...range)
          .split('\n')
          .sort(),
      );
    }
  });

  it('takes tags for deployments, the first one as baseline', async () => {
    const { repository, merge, squash, direct, tagged, gitlab, gitlabMerge } =
      await smallHistory();
    const events = await read(repository, { tags: 'v*' });
    const deployments = ofKind(events, 'deploy.completed');
    expect(
      deployments.map(event => ({
        id: event.id,
        version: dataOf(event).version,
        sha: dataOf(event).commit_sha,
        commits: dataOf(event).commits ? shasOf(event) : null,
      })),
    ).toEqual(
      [
        ['v1.0.0', merge, null],
        ['v1.1.0', direct, [squash, direct]],
        ['v1.2.0', gitlabMerge, gitlab],
      ].map(([version, sha, commits]) => ({
        id: `checkout-api/tag/${version}/${sha}`,
        version,
        sha,
        commits,
      })),
    );
    expect(deployments[1].time).toBe(tagged);

    const { metrics, deployments: answered } = ask(events);
    expect(metrics.deploymentFrequency.count).toBe(3);
    expect(answered.map(({ changes }) => changes.length)).toEqual([2, 2, 1]);
    expect(metrics.leadTime.coverage).toEqual({ with: 3, of: 3 });
  });

  it('does not swallow the history before the first deployment', async () => {
    const repository = new TestRepository(await newFolder());
    for (let week = 0; week < 20; week += 1) {
      repository.later(168).commit(`Week ${week}`);
    }
    repository.git('tag', 'v1');
    repository.later(1).commit('After');
    repository.later(1).git('tag', '-a', 'v2', '-m', 'v2');
    const { metrics } = ask(await read(repository, { tags: 'v*' }));
    expect(metrics.leadTime.count).toBe(2);
    expect(metrics.leadTime.p95).toBeLessThanOrEqual(3600);
  });

  it('takes every landing for a deployment', async () => {
    const { repository } = await smallHistory();
    const events = await read(repository, { everyLanding: true });
    const deployments = ofKind(events, 'deploy.completed');
    expect(deployments).toHaveLength(5);
    expect(dataOf(deployments[0]).commits).toBeUndefined();
    const { deployments: answered } = ask(events);
    expect(answered.map(({ changes }) => changes.length)).toEqual([
      1, 2, 1, 1, 1,
    ]);
  });

  it('takes a list for deployments, to several environments and with failures', async () => {
    const { repository, merge, squash, direct, gitlab, gitlabMerge } =
      await smallHistory();
    const list = join(await newFolder(), 'deployments.csv');
    await writeFile(
      list,
      [
        '# what the old server logged',
        'time,sha,environment,status',
        `2026-03-03T00:00:00Z,${merge.slice(0, 10)},production,`,
        `2026-03-03T01:00:00Z,${squash},production,failure`,
        `2026-03-03T02:00:00Z,${direct},production,success`,
        `2026-03-03T01:30:00Z,${direct},staging,success`,
        `2026-03-03T03:00:00+01:00,v1.2.0,staging,success`,
        `{"time":"2026-03-04T00:00:00Z","sha":"${gitlabMerge}"}`,
        '',
      ].join('\n'),
    );
    const events = await read(repository, { deployments: list });
    const told = ofKind(events, 'deploy.completed').map(event => [
      dataOf(event).environment,
      dataOf(event).status,
      dataOf(event).commit_sha,
      dataOf(event).commits ? shasOf(event) : null,
    ]);
    expect(told).toEqual([
      ['production', 'success', merge, null],
      ['production', 'failure', squash, null],
      ['staging', 'success', direct, null],
      ['production', 'success', direct, [squash, direct]],
      ['staging', 'success', gitlabMerge, gitlab],
      ['production', 'success', gitlabMerge, gitlab],
    ]);
  });

  it('names the line of a list that cannot be used', async () => {
    const { repository, merge } = await smallHistory();
    const list = join(await newFolder(), 'list.csv');
    const reading = async (text: string) => {
      await writeFile(list, text);
      return read(repository, { deployments: list });
    };
    await expect(reading(`yesterday,${merge}`)).rejects.toThrow(
      /list\.csv:1: time is "yesterday"/,
    );
    await expect(
      reading(`2026-03-03T00:00:00Z,${merge}\n2026-03-03T00:00:00Z,deadbeef`),
    ).rejects.toThrow(/list\.csv:2: sha is "deadbeef", which names no commit/);
    await expect(
      reading(`2026-03-03T00:00:00Z,${merge},production,great`),
    ).rejects.toThrow(/list\.csv:1: status is "great"/);
  });

  it('lists rebased commits one by one, and what a side branch got from main only once', async () => {
    const repository = new TestRepository(await newFolder());
    repository.commit('Begin');
    const [first] = repository.branch('side', 'Side 1');
    const main = repository.later(1).commit('Meanwhile');
    repository.git('checkout', '--quiet', 'side');
    repository.later(1).git('merge', '--quiet', '-m', 'Catch up', 'main');
    const second = repository.later(1).commit('Side 2');
    repository.git('checkout', '--quiet', 'main');
    const merge = repository.merge('side', 'Merge pull request #1 from side');
    const [draft] = repository.branch('rebased', 'Rebased');
    const meanwhile = repository.later(1).commit('Again');
    repository.git('checkout', '--quiet', 'rebased');
    repository.later(1).git('rebase', '--quiet', 'main');
    repository.git('checkout', '--quiet', 'main');
    repository.git('merge', '--quiet', '--ff-only', 'rebased');
    const rebased = repository.head;
    expect(rebased).not.toBe(draft);

    const landings = (await read(repository)).slice(1);
    expect(
      landings.map(event => [dataOf(event).commit_sha, shasOf(event)]),
    ).toEqual([
      [main, [main]],
      [merge, [first, second]],
      [meanwhile, [meanwhile]],
      [rebased, [rebased]],
    ]);
    const { committed_at: authored } = dataOf(landings[3]).commits[0];
    expect(Date.parse(authored)).toBeLessThan(
      Date.parse(String(landings[3].time)),
    );
  });

  it('tells it as the webhooks of GitHub would, commits apart', async () => {
    const { repository, merge, direct } = await smallHistory();
    repository.git('remote', 'add', 'origin', 'git@github.com:Acme/Shop.git');
    const events = await read(repository, { as: 'github:github.com' });
    expect(new Set(events.map(({ source }) => source))).toEqual(
      new Set(['/github/github.com']),
    );
    const ids = events.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([
        `acme/shop/pr/7/merged/${merge}`,
        `acme/shop/pr/7/merged/${merge}/commits`,
        `acme/shop/change/${direct}`,
      ]),
    );
    const plain = ask(await read(repository, { everyLanding: true }));
    const vendor = ask(
      await read(repository, { everyLanding: true, as: 'github:github.com' }),
    );
    expect(vendor.metrics.leadTime).toEqual(plain.metrics.leadTime);
  });

  it('has the same ids and payloads on every run, whatever the bounds', async () => {
    const { repository } = await smallHistory();
    const all = await read(repository, { tags: 'v*' });
    expect(await read(repository, { tags: 'v*' })).toEqual(all);
    const late = await read(repository, {
      tags: 'v*',
      since: '2026-03-02T12:00:00Z',
    });
    const early = await read(repository, {
      tags: 'v*',
      until: '2026-03-02T12:00:00Z',
    });
    expect([...early, ...late]).toEqual(all);
    expect(early.length).toBeGreaterThan(0);
    expect(late.length).toBeGreaterThan(0);
  });

  it('goes on where an interrupted import stopped', async () => {
    const repository = new TestRepository(await newFolder());
    const stream = Array.from(
      { length: 1200 },
      (_, i) =>
        `commit refs/heads/main\ncommitter T <t@example.com> ${
          1_772_000_000 + i * 60
        } +0000\ndata 2\nC\n`,
    ).join('\n');
    execFileSync('git', ['fast-import', '--quiet'], {
      cwd: repository.folder,
      input: stream,
    });
    const home = await newFolder();
    const run = async (url: string, flags: Partial<BackfillFlags> = {}) => {
      const runtime = testRuntime({ env: { HOME: home } });
      await backfillGit(
        {
          repository: repository.folder,
          service: 'checkout-api',
          environment: 'production',
          url,
          timeout: '3s',
          ...flags,
        },
        runtime,
      );
      return runtime.output.err;
    };
    let healthy = false;
    const collector = await startCollector((received, call) =>
      healthy || call <= 2 ? acceptAll(received) : { status: 503 },
    );
    try {
      await expect(run(collector.url)).rejects.toThrow(
        /1000 of 1200 events were accepted before/,
      );
      healthy = true;
      const asked = collector.received.length;
      expect(await run(collector.url)).toContain('after 1000 of 1200 events');
      const rest = collector.received.slice(asked);
      expect(rest.flatMap(({ events }) => events)).toHaveLength(200);
      const identities = collector.received
        .filter((_, index) => index < 2 || index >= asked)
        .flatMap(({ events }) => events.map(({ id }) => id));
      expect(new Set(identities).size).toBe(1200);

      const again = collector.received.length;
      await run(collector.url);
      expect(
        collector.received.slice(again).flatMap(({ events }) => events),
      ).toHaveLength(1200);
    } finally {
      await collector.close();
    }
  });

  it('refuses what is no whole history, and says what to do', async () => {
    const { repository } = await smallHistory();
    const clone = async (...args: string[]) => {
      const folder = join(await newFolder(), 'clone');
      execFileSync(
        'git',
        ['clone', '--quiet', ...args, `file://${repository.folder}`, folder],
        { stdio: 'ignore' },
      );
      return { folder } as TestRepository;
    };
    repository.git('config', 'uploadpack.allowFilter', 'true');
    await expect(read(await clone('--depth=2'))).rejects.toThrow(
      /shallow clone.*git fetch --unshallow/,
    );
    await expect(read(await clone('--filter=blob:none'))).rejects.toThrow(
      /partial clone.*without --filter/,
    );
    expect(await read(await clone())).toHaveLength(5);
    await expect(
      read({ folder: await newFolder() } as TestRepository),
    ).rejects.toThrow(/cannot be read as a git repository/);
    await expect(read(new TestRepository(await newFolder()))).rejects.toThrow(
      /no commits on main/,
    );
    await expect(read(repository, { branch: 'nope' })).rejects.toThrow(
      /--branch nope is no branch/,
    );
    await expect(read(repository, { tags: 'x*' })).rejects.toThrow(
      /--tags "x\*" matches no tag/,
    );
    await expect(
      read(repository, { tags: 'v*', everyLanding: true }),
    ).rejects.toThrow(/--tags and --every-landing both name deployments/);
  });

  it('counts in a dry run, and writes files whole', async () => {
    const { repository } = await smallHistory();
    const runtime = testRuntime();
    const flags = {
      repository: repository.folder,
      environment: 'production',
      service: 'checkout-api',
      everyLanding: true,
    };
    await backfillGit({ ...flags, dryRun: true }, runtime);
    expect(runtime.output.out).toMatch(
      /^10 events of checkout-api: 5 about changes, 5 about deployments, from 2026-03-02T08:00:00.000Z to /,
    );
    const file = join(await newFolder(), 'events.ndjson');
    await backfillGit({ ...flags, output: file }, runtime);
    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(10);
  });
});
