import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  PipelineHealth,
  PipelineSetup,
} from '@four-keys/backstage-plugin-four-keys-common';
import { testRuntime } from '../__testUtils__/runtime';
import { runDoctor } from './run';

type Answers = Record<
  string,
  { status: number; body?: unknown; headers?: Record<string, string> }
>;

const API = '/api/four-keys';

const SETUP: PipelineSetup = {
  version: '0.1.0',
  now: '2026-11-20T00:00:00.000Z',
  database: {
    version: '18.4',
    now: '2026-11-20T00:00:01.000Z',
    migrations: { applied: 4, missing: [] },
  },
  transport: { name: 'postgres', problem: null },
  collects: true,
};

const HEALTH: Partial<PipelineHealth> = {
  status: 'ok',
  sources: [],
  lag: 0,
  problems: [],
};

/** A portal in which all is well. */
const WELL: Answers = {
  '/.backstage/health/v1/readiness': { status: 200 },
  [`${API}/health/live`]: { status: 200 },
  [`${API}/pipeline/setup`]: { status: 200, body: SETUP },
  [`${API}/events`]: { status: 202, body: { accepted: 0, rejected: [] } },
  [`${API}/pipeline/health`]: { status: 200, body: HEALTH },
  [`${API}/readiness`]: {
    status: 200,
    body: { totals: { entities: 3, ready: 3 }, rows: [] },
  },
};

async function examine(answers: Answers, flags: object = { token: 't' }) {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?');
    const { status, body, headers } = answers[path] ?? { status: 404 };
    response.writeHead(status, headers);
    response.end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const runtime = testRuntime();
  try {
    await runDoctor({ url: `http://127.0.0.1:${port}`, ...flags }, runtime);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return runtime.output;
}

const setupWith = (change: Partial<PipelineSetup>): Answers => ({
  ...WELL,
  [`${API}/pipeline/setup`]: { status: 200, body: { ...SETUP, ...change } },
});

const inMinutes = (minutes: number) => ({
  date: new Date(Date.now() + minutes * 60_000).toUTCString(),
});

describe('four-keys doctor', () => {
  it('goes through an installation in which all is well, and writes nothing there', async () => {
    const { out, exitCode } = await examine(WELL);
    expect(out.match(/^\S+ +\w+(?=:)/gm)).toEqual([
      'ok    Portal',
      'ok    Plugin',
      'ok    Clock',
      'ok    Token',
      'ok    Reporting',
      'ok    Versions',
      'ok    Migrations',
      'ok    Transport',
      'note  Pipeline',
      'ok    Catalog',
    ]);
    expect(exitCode).toBe(0);
  });

  it.each<[string, Answers, RegExp, RegExp, number]>([
    [
      'no plugin',
      { ...WELL, [`${API}/health/live`]: { status: 404 } },
      /FAIL {2}Plugin: there is no four-keys plugin/,
      /backend\.add\(/,
      1,
    ],
    [
      'a sign-in of a proxy',
      { ...WELL, '/.backstage/health/v1/readiness': { status: 302 } },
      /FAIL {2}Portal: .* redirects/,
      /the address that machines use/,
      1,
    ],
    [
      'an unknown token',
      { ...WELL, [`${API}/pipeline/setup`]: { status: 401 } },
      /FAIL {2}Token: the portal does not know it/,
      /backend\.auth\.externalAccess/,
      1,
    ],
    [
      'a token of another plugin',
      { ...WELL, [`${API}/pipeline/setup`]: { status: 403 } },
      /FAIL {2}Token: it is known, but may not read/,
      /accessRestrictions/,
      1,
    ],
    [
      'a token that may only read',
      { ...WELL, [`${API}/events`]: { status: 403 } },
      /FAIL {2}Reporting: the token may not report/,
      /fourKeys\.events\.publish/,
      1,
    ],
    [
      'a machine far ahead',
      {
        ...WELL,
        [`${API}/health/live`]: { status: 200, headers: inMinutes(-30) },
      },
      /FAIL {2}Clock: this machine is \d+ s ahead of the portal/,
      /NTP/,
      1,
    ],
    [
      'a machine a little behind',
      {
        ...WELL,
        [`${API}/health/live`]: { status: 200, headers: inMinutes(2) },
      },
      /warn {2}Clock: this machine is 1\d\d s behind the portal/,
      /NTP/,
      0,
    ],
    [
      'migrations that are lacking',
      setupWith({
        database: {
          ...SETUP.database,
          migrations: { applied: 3, missing: ['20270101000000_more.js'] },
        },
      }),
      /FAIL {2}Migrations: the database lacks 20270101000000_more\.js/,
      /skipMigrations/,
      1,
    ],
    [
      'a broker that is away',
      setupWith({
        transport: { name: 'kafka', problem: 'Kafka does not answer' },
      }),
      /FAIL {2}Transport: kafka takes no events: Kafka does not answer/,
      /fourKeys\.kafka\.brokers/,
      1,
    ],
    [
      'annotations that are wrong',
      {
        ...WELL,
        [`${API}/readiness`]: {
          status: 200,
          body: {
            totals: { entities: 3, ready: 2 },
            rows: [
              {
                entityRef: 'component:default/pay',
                problems: [
                  { message: 'component:default/pay: runtime is missing' },
                ],
              },
            ],
          },
        },
      },
      /note {2}Catalog: 2 of 3 entities/,
      /note {2}Catalog: component:default\/pay: runtime is missing/,
      0,
    ],
  ])('names %s, and what to do', async (_, answers, says, remedy, code) => {
    const { out, exitCode } = await examine(answers);
    expect(out).toMatch(says);
    expect(out).toMatch(remedy);
    expect(exitCode).toBe(code);
  });

  it('stops where nothing further can be seen, and says so to programs too', async () => {
    const { out, exitCode } = await examine(WELL, {
      url: 'http://127.0.0.1:9',
      json: true,
    });
    const { ok, findings } = JSON.parse(out);
    expect(ok).toBe(false);
    expect(findings).toEqual([
      expect.objectContaining({
        level: 'stop',
        what: 'Portal',
        says: expect.stringMatching(/cannot be reached/),
        remedy: expect.stringMatching(/FOUR_KEYS_URL/),
      }),
    ]);
    expect(exitCode).toBe(1);
  });
});
