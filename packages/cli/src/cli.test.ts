import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { spawn } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  acceptAll,
  startCollector,
  type TestCollector,
} from './__testUtils__/collector';
import { useFolders } from './__testUtils__/folder';

// Every call starts a process, on machines that may be busy.
jest.setTimeout(60_000);

const newFolder = useFolders();

const BIN = resolve(__dirname, '../bin/four-keys');

/** The real command, in a folder and home of its own. */
async function fourKeys(
  args: string,
  options: { home?: string; stdin?: string; env?: Record<string, string> } = {},
) {
  const home = options.home ?? (await newFolder());
  const child = spawn(
    process.execPath,
    [BIN, ...args.split(' ').filter(Boolean)],
    {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text;
  });
  child.stdin.end(options.stdin ?? '');
  const code = await new Promise<number | null>(done => {
    child.on('close', done);
  });
  return { code, out, err };
}

const DEPLOY =
  'emit deploy --service checkout-api --environment production --status success --timeout 1s';

const lines = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      specversion: '1.0',
      id: `e-${i + 1}`,
      source: '/test',
      type: 'dev.fourkeys.change.created',
      time: '2026-06-10T12:34:56Z',
      data: { service_id: 'checkout-api', commit_sha: `abcdef${i}` },
    }),
  );

describe('four-keys', () => {
  let collector: TestCollector;
  let mode: 'up' | 'down' | 'strict';
  beforeEach(async () => {
    mode = 'up';
    collector = await startCollector(received => {
      if (mode === 'down') {
        return { status: 503 };
      }
      const bad = received.events.flatMap(({ id }, index) =>
        id === 'e-2'
          ? [
              {
                index,
                id: String(id),
                code: 'invalid_time',
                message: 'time is not an RFC 3339 date-time',
              },
            ]
          : [],
      );
      return bad.length === 0
        ? acceptAll(received)
        : {
            status: 207,
            body: {
              accepted: received.events.length - bad.length,
              rejected: bad,
            },
          };
    });
  });
  afterEach(() => collector.close());

  it('explains itself and what is wrong', async () => {
    const help = await fourKeys('--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const command of [
      'emit',
      'validate',
      'check',
      'compute',
      'backfill',
      'simulate',
    ]) {
      expect(help.out).toContain(command);
    }
    const version = await fourKeys('--version');
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);

    const typo = await fourKeys('emit deploy --enviroment production');
    expect(typo.code).toBe(1);
    expect(typo.err).toContain("unknown option '--enviroment'");
    expect(typo.err).toContain('Did you mean --environment?');

    const format = await fourKeys('validate --format xml');
    expect(format.code).toBe(1);
    expect(format.err).toContain('Allowed choices are text, json, sarif.');

    const missing = await fourKeys('emit deploy --service a --status success');
    expect(missing).toMatchObject({ code: 1, out: '' });
    expect(missing.err).toMatch(/^four-keys: --environment is missing/);
  });

  it('checks a catalog file', async () => {
    const home = await newFolder();
    await writeFile(
      join(home, 'catalog-info.yaml'),
      'kind: API\nmetadata:\n  name: a\n  annotations:\n    four-keys.dev/rsik: low\n',
    );
    const { code, out } = await fourKeys('validate --strict', { home });
    expect(out).toMatch(
      /^catalog-info\.yaml:5:5: warning: api:default\/a: .*Did you mean four-keys\.dev\/risk\?.* \[unknown_annotation\]\n$/,
    );
    expect(code).toBe(1);
  });

  it('reports a deployment in one line', async () => {
    const sent = await fourKeys(`${DEPLOY} --version 1.4.0`, {
      env: { FOUR_KEYS_URL: collector.url, FOUR_KEYS_TOKEN: 'secret' },
    });
    expect(sent).toMatchObject({ code: 0, err: '' });
    expect(sent.out).toMatch(/^accepted dev\.fourkeys\.deploy\.completed /);
    expect(collector.received[0].headers.authorization).toBe('Bearer secret');
    expect(collector.events[0].data).toMatchObject({
      service_id: 'checkout-api',
      version: '1.4.0',
    });

    const dry = await fourKeys(`${DEPLOY} --dry-run`, {
      env: { FOUR_KEYS_URL: collector.url },
    });
    expect(JSON.parse(dry.out)).toMatchObject({ specversion: '1.0' });
    expect(collector.received).toHaveLength(1);
  });

  it('keeps what cannot be sent, and sends it first next time', async () => {
    const home = await newFolder();
    const run = (more: string) =>
      fourKeys(`${DEPLOY} --url ${collector.url} ${more}`, { home });
    mode = 'down';
    const lenient = await run('--deployment-id first');
    expect(lenient.code).toBe(0);
    expect(lenient.err).toMatch(/warning: .*503.*Kept in .*sent with the next/);
    const strict = await run('--deployment-id second --strict');
    expect(strict.code).toBe(1);
    expect(await readdir(join(home, '.four-keys/spool'))).toHaveLength(1);

    mode = 'up';
    const before = collector.received.length;
    const third = await run('--deployment-id third');
    expect(third.code).toBe(0);
    expect(third.err).toContain('sent 2 events that were kept earlier');
    const order = collector.received
      .slice(before)
      .flatMap(({ events }) => events)
      .map(({ data }) => (data as Record<string, unknown>).deployment_id);
    expect(order).toEqual(['first', 'second', 'third']);
  });

  it('sends a file in batches, and names rejected lines', async () => {
    const home = await newFolder();
    const text = lines(1201);
    text[3] = '{"id": ';
    text[4] = '';
    await writeFile(join(home, 'events.ndjson'), text.join('\n'));
    const sent = await fourKeys(
      `emit --file events.ndjson --strict --url ${collector.url}`,
      { home },
    );
    expect(sent.code).toBe(1);
    expect(sent.err).toContain('line 4 is not JSON');
    expect(sent.err).toContain('line 2 was rejected (invalid_time)');
    expect(sent.err).toContain('1198 accepted, 2 rejected');
    expect(collector.received.map(({ events }) => events.length)).toEqual([
      500, 500, 199,
    ]);

    const piped = await fourKeys(`emit --file - --url ${collector.url}`, {
      home,
      stdin: `${lines(1)[0]}\n`,
    });
    expect(piped).toMatchObject({ code: 0 });
    expect(piped.err).toContain('1 accepted, 0 rejected');

    const absent = await fourKeys('emit --file nowhere.ndjson', { home });
    expect(absent.code).toBe(1);
    expect(absent.err).toMatch(/--file nowhere\.ndjson cannot be read: ENOENT/);
  });

  it('keeps a pipe and not a file when the collector is away', async () => {
    mode = 'down';
    const home = await newFolder();
    await writeFile(join(home, 'events.ndjson'), lines(3).join('\n'));
    const flags = `--url ${collector.url} --timeout 500ms`;
    const file = await fourKeys(`emit --file events.ndjson ${flags}`, { home });
    expect(file.code).toBe(0);
    expect(file.err).toContain('Nothing from line 1 on was sent');
    const pipe = await fourKeys(`emit --file - ${flags} --strict`, {
      home,
      stdin: lines(3).join('\n'),
    });
    expect(pipe.code).toBe(1);
    expect(pipe.err).toContain('3 events are kept');
  });

  it('computes, what-if included, and says which flag or field is wrong', async () => {
    const event = (type: string, time: string, data: object) => ({
      specversion: '1.0',
      id: `${type}-${time}`,
      source: '/test',
      type: `dev.fourkeys.${type}`,
      time,
      data: { service_id: 'a', ...data },
    });
    const input = JSON.stringify({
      now: '2026-06-30T00:00:00Z',
      events: [
        event('deploy.completed', '2026-06-10T10:00:00Z', {
          environment: 'production',
          deployment_id: 'd1',
          status: 'success',
        }),
        event('incident.opened', '2026-06-10T20:00:00Z', { incident_id: 'i1' }),
      ],
      queries: [
        {
          service: 'a',
          from: '2026-06-01T00:00:00Z',
          to: '2026-06-30T00:00:00Z',
        },
      ],
    });
    const rate = async (flags: string) => {
      const { out, err } = await fourKeys(`compute --input - ${flags}`, {
        stdin: input,
      });
      expect(err).toBe('');
      return JSON.parse(out)[0].metrics.changeFailureRate.value;
    };
    expect(await rate('')).toBe(1);
    expect(await rate('--failure-window 4h')).toBe(0);

    const wrong = await fourKeys('compute --input - --band-year 2020', {
      stdin: input,
    });
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('--band-year 2020 is no year with bands');
    const broken = await fourKeys('compute --input -', {
      stdin: input.replace('2026-06-01T', 'June '),
    });
    expect(broken.code).toBe(1);
    expect(broken.err).toContain('queries.0.from');
  });

  it('simulates to the collector, and backfills from nothing but a message', async () => {
    const sent = await fourKeys(
      `simulate --days 2 --until 2026-11-19 --send --url ${collector.url}`,
    );
    expect(sent.code).toBe(0);
    expect(collector.events.length).toBeGreaterThan(100);
    expect(sent.err).toContain(`${collector.events.length} events accepted`);

    const backfill = await fourKeys('backfill git --every-landing --dry-run');
    expect(backfill.code).toBe(1);
    expect(backfill.err).toContain('cannot be read as a git repository');
  });

  it('checks policies for a pull request, as text, JSON and SARIF', async () => {
    const home = await newFolder();
    await writeFile(join(home, 'Dockerfile'), '# base\nFROM node\n');
    await writeFile(
      join(home, '.gitlab-ci.yml'),
      'a: {script: [syft a, trivy image a, trivy fs ., cosign sign a]}\n',
    );
    const check = (flags: string) => fourKeys(`check ${flags}`, { home });

    const warned = await check('--environment test --level low');
    expect(warned).toMatchObject({ code: 0, err: '' });
    expect(warned.out).toContain(
      'warn pinned-base-images: Base images are pinned\n     Dockerfile:2: node is not pinned',
    );
    expect(warned.out).toMatch(
      /warn for test, compliance level low: 4 pass, 1 warn, 0 fail, 4 skip\n$/,
    );

    const failed = await check('--level low --format json');
    expect(failed).toMatchObject({ code: 1, err: '' });
    expect(JSON.parse(failed.out)).toMatchObject({
      outcome: 'fail',
      environment: 'production',
    });

    const { code, out } = await check('. --level low --format sarif');
    expect(code).toBe(1);
    const [{ tool, results }] = JSON.parse(out).runs;
    expect(results).toEqual([
      {
        ruleId: 'pinned-base-images',
        ruleIndex: expect.any(Number),
        level: 'error',
        message: { text: expect.stringContaining('node is not pinned') },
        partialFingerprints: { 'fourKeys/v1': expect.any(String) },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'Dockerfile', uriBaseId: '%SRCROOT%' },
              region: { startLine: 2 },
            },
          },
        ],
      },
    ]);
    expect(tool.driver.rules[results[0].ruleIndex].id).toBe(
      'pinned-base-images',
    );

    await writeFile(
      join(home, 'portal.yaml'),
      'fourKeys: {policies: {rules: {pinned-base-images: {mode: off}}}}\n',
    );
    const configured = await check('--level low --config portal.yaml');
    expect(configured).toMatchObject({ code: 0 });
    expect(configured.out).toContain('skip pinned-base-images');

    const problems = [
      ['nowhere', 'nowhere is no folder'],
      ['--url http://localhost', '--url says something about --emit'],
      ['--emit --url localhost', '--url is "localhost"'],
      ['--level max', 'The compliance level is "max"'],
      ['--config nowhere.yaml', '--config nowhere.yaml cannot be read'],
      ['--bundle nowhere.tar.gz', 'nowhere.tar.gz cannot be read'],
    ];
    for (const [flags, problem] of problems) {
      const wrong = await check(flags);
      expect(wrong).toMatchObject({ code: 2, out: '' });
      expect(wrong.err).toContain(problem);
    }
  });

  it('reports what came of policies only where it is asked to, and decides without the collector', async () => {
    const home = await newFolder();
    await writeFile(join(home, 'Dockerfile'), 'FROM node\n');
    await writeFile(
      join(home, '.four-keys.env'),
      'FOUR_KEYS_SERVICE_ID=checkout-api\nFOUR_KEYS_CORRELATION_ID=run-1\nFOUR_KEYS_TELEMETRY_KEY=acme/shop\n',
    );
    const env = {
      FOUR_KEYS_URL: collector.url,
      FOUR_KEYS_TOKEN: 'secret',
      GITHUB_ACTIONS: 'true',
      GITHUB_RUN_ID: '7',
    };
    const check = (flags: string) =>
      fourKeys(`check --level low --format json ${flags}`, { home, env });

    expect((await check('')).err).toBe('');
    expect(collector.received).toEqual([]);

    const failed = await check('--emit');
    expect(failed.code).toBe(1);
    expect(failed.err).toBe(
      `four-keys: reported 5 policy.evaluated to ${collector.url}\n`,
    );
    expect(JSON.parse(failed.out).outcome).toBe('fail');
    const sent = collector.events;
    const [event] = sent.filter(
      ({ data }) =>
        (data as Record<string, unknown>).policy_id === 'pinned-base-images',
    );
    expect(event).toMatchObject({
      type: 'dev.fourkeys.policy.evaluated',
      source: '/cli/github-actions',
      correlationid: 'run-1',
      partitionkey: 'acme/shop',
      data: {
        correlation_id: 'run-1',
        service_id: 'checkout-api',
        run_id: expect.stringMatching(/^7/),
        policy_id: 'pinned-base-images',
        outcome: 'fail',
        mode: 'enforce',
        environment: 'production',
        reasons: [expect.stringMatching(/^Dockerfile:1 node is not pinned/)],
      },
    });
    expect(validateEvent(event, { now: Date.now() })).toMatchObject({
      ok: true,
    });
    await check('--emit');
    expect(collector.events.map(({ id }) => id)).toEqual(
      [...sent, ...sent].map(({ id }) => id),
    );
    expect(new Set(sent.map(({ id }) => id)).size).toBe(5);

    mode = 'down';
    const away = await check('--emit --environment test --timeout 1s');
    expect(away.code).toBe(0);
    expect(away.err).toContain('sent with the next call');
  });
});
