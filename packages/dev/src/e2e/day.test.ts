import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, Portal, startPortal } from './portal';

jest.setTimeout(240_000);

const GITHUB_SECRET = 'of-the-hook';
const ARGOCD_TOKEN = 'of-the-notification';
const PAGERDUTY_SECRET = 'of-the-subscription';

const CONFIG = `
fourKeys:
  sources:
    - type: github
      instance: github.com
      secrets: [${GITHUB_SECRET}]
      changes: pushes
      deployments: none
    - { type: argocd, instance: prod, secrets: [${ARGOCD_TOKEN}] }
    - { type: pagerduty, instance: acme, secrets: [${PAGERDUTY_SECRET}] }
`;

interface Webhook {
  readonly path: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

const hmac = (body: string, secret: string) =>
  createHmac('sha256', secret).update(body).digest('hex');

const sha = (digit: number) => String(digit).repeat(40);

const at = (clock: string) => `2026-06-10T${clock}:00Z`;

function github(event: string, payload: object): Webhook {
  const body = JSON.stringify(payload);
  return {
    path: 'github/github.com',
    body,
    headers: {
      'x-github-event': event,
      'x-hub-signature-256': `sha256=${hmac(body, GITHUB_SECRET)}`,
    },
  };
}

function push(commit: number, written: string, pushed: string): Webhook {
  return github('push', {
    ref: 'refs/heads/main',
    deleted: false,
    repository: {
      full_name: 'acme/day-shop',
      name: 'day-shop',
      pushed_at: Date.parse(pushed) / 1000,
    },
    commits: [{ id: sha(commit), message: 'Sell more', timestamp: written }],
  });
}

function argocd(commit: number, started: string, ended?: string): Webhook {
  return {
    path: 'argocd/prod',
    body: JSON.stringify({
      name: 'day-shop',
      namespace: 'argocd',
      uid: '6f0c5c8e-2f5b-4f0e-9d55-3e7f0a1b2c3d',
      environment: 'production',
      serviceId: null,
      commit: sha(commit),
      phase: ended ? 'Succeeded' : 'Running',
      startedAt: started,
      finishedAt: ended ?? null,
      health: { status: ended ? 'Healthy' : 'Progressing' },
      images: [`registry.example.com/day-shop:v${commit}`],
    }),
    headers: { authorization: `Bearer ${ARGOCD_TOKEN}` },
  };
}

function pagerduty(type: string, occurredAt: string): Webhook {
  const body = JSON.stringify({
    event: {
      id: `event-${type}`,
      event_type: type,
      resource_type: 'incident',
      occurred_at: occurredAt,
      data: {
        id: 'PDAYSHOP',
        title: 'Nobody can pay',
        urgency: 'high',
        service: { id: 'PSHOP01', summary: 'day-shop' },
      },
    },
  });
  return {
    path: 'pagerduty/acme',
    body,
    headers: {
      'x-pagerduty-signature': `v1=${hmac(body, 'retired')},v1=${hmac(
        body,
        PAGERDUTY_SECRET,
      )}`,
    },
  };
}

/** The evening before, so that the first deployment of the day has one before it. */
const EVENING = [
  push(1, '2026-06-09T16:00:00Z', '2026-06-09T16:10:00Z'),
  argocd(1, '2026-06-09T17:00:00Z', '2026-06-09T17:05:00Z'),
];

const DAY = [
  push(2, at('08:00'), at('09:00')),
  argocd(2, at('09:20')),
  argocd(2, at('09:20'), at('09:25')),
  push(3, at('09:30'), at('10:00')),
  argocd(3, at('10:20')),
  argocd(3, at('10:20'), at('10:30')),
  pagerduty('incident.triggered', at('11:00')),
  push(4, at('11:10'), at('11:20')),
  argocd(4, at('11:30')),
  argocd(4, at('11:30'), at('11:35')),
  pagerduty('incident.resolved', at('11:40')),
];

/** Everything that such tools send besides. */
const NOISE = [
  github('ping', { zen: 'Design for failure.' }),
  github('deployment_status', { deployment_status: { state: 'success' } }),
  pagerduty('incident.acknowledged', at('11:05')),
  pagerduty('incident.priority_updated', at('11:06')),
];

interface Metric {
  readonly value: number | null;
  readonly count: number;
}

interface Metrics {
  readonly metrics?: Readonly<Record<string, Metric>>;
}

const QUESTION =
  '/api/four-keys/metrics?service=day-shop&environment=production' +
  '&from=2026-06-10T00:00:00Z&to=2026-06-11T00:00:00Z';

describe('a day of a shop with GitHub, Argo CD and PagerDuty', () => {
  let portal: Portal;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'four-keys-day-'));
    const config = join(folder, 'app-config.day.yaml');
    await writeFile(config, CONFIG);
    portal = await startPortal({ configFiles: [config] });
  });

  afterAll(async () => {
    await portal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function deliver({ path, body, headers }: Webhook) {
    const response = await fetch(`${portal.url}/api/events/four-keys/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: response.status, body: await response.json() };
  }

  const ask = async () => (await portal.call(QUESTION)).body as Metrics;

  const settled = () =>
    eventually(
      async () => (await portal.call('/api/four-keys/pipeline/health')).body,
      body => (body as { lag: number }).lag === 0,
      60_000,
    );

  it('gives the numbers that one counts by hand', async () => {
    for (const webhook of [...EVENING, ...DAY]) {
      expect(await deliver(webhook)).toEqual({
        status: 202,
        body: { accepted: 1 },
      });
    }
    for (const webhook of NOISE) {
      expect(await deliver(webhook)).toEqual({
        status: 202,
        body: { ignored: expect.any(String) },
      });
    }
    const { metrics } = await eventually(
      ask,
      answer =>
        answer.metrics?.timeToRestore?.count === 1 &&
        answer.metrics.deploymentFrequency.count === 3 &&
        answer.metrics.leadTime.count === 3,
      60_000,
    );
    // 85, 60 and 25 minutes from commit to production.
    expect(metrics?.leadTime.value).toBe(60 * 60);
    // The deployment of 10:30 broke it at 11:00, one of three.
    expect(metrics?.changeFailureRate.value).toBeCloseTo(1 / 3, 5);
    // 11:00 to 11:40.
    expect(metrics?.timeToRestore.value).toBe(40 * 60);
  });

  it('gives the same numbers when all of it comes again, backwards', async () => {
    const before = (await ask()).metrics;
    for (const webhook of [...DAY, ...EVENING, ...NOISE].reverse()) {
      expect((await deliver(webhook)).status).toBe(202);
    }
    await settled();
    expect((await ask()).metrics).toEqual(before);
  });

  it('lets in nobody whose proof is wrong, missing or of another body', async () => {
    const [good] = DAY;
    const other = push(9, at('12:00'), at('12:01'));
    const bad = [
      { ...good, headers: { 'x-github-event': 'push' } },
      { ...good, headers: other.headers },
      { ...good, body: good.body.slice(0, -1) },
      { ...argocd(9, at('12:00')), headers: {} },
      { ...pagerduty('incident.triggered', at('12:00')), headers: {} },
    ];
    for (const webhook of bad) {
      expect((await deliver(webhook)).status).toBe(401);
    }
    const elsewhere = await deliver({ ...good, path: 'github/elsewhere' });
    expect(elsewhere.status).toBe(404);
  });
});
