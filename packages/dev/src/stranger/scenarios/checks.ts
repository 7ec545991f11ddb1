import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { readFile } from 'node:fs/promises';
import {
  backendClient,
  type BackendClient,
  eventually,
} from '../../example/client';
import type { PostgresServer } from '../../postgres/server';
import { inRepository } from '../../repository';
import { codeBlocks } from '../page';
import { type StockBackend, TOKEN } from '../portal';

/** The body of `GET /metrics`, as far as it is looked at here. */
interface Metrics {
  readonly metrics?: {
    readonly deploymentFrequency: { count: number };
    readonly leadTime: { status: string; value: number | null };
  };
}

const QUESTION =
  '/api/four-keys/metrics?service=payments-api&environment=staging' +
  '&from=2026-06-01T00:00:00Z&to=2026-07-01T00:00:00Z';

/** Every plugin's database on one server. */
export const onPostgres = (
  { host, port, user, password }: PostgresServer,
  prefix: string,
) => ({
  client: 'pg',
  prefix: `${prefix}_`,
  connection: { host, port, user, password },
});

export const clientOf = ({ url }: Pick<StockBackend, 'url'>): BackendClient =>
  backendClient(url, TOKEN);

/** The two events of the README, as they stand there. */
export async function firstTwoEvents(): Promise<string> {
  const readme = await readFile(inRepository('README.md'), 'utf8');
  const [, events] =
    codeBlocks(readme)
      .map(({ code }) => /-d '(\[[\s\S]*?\])'/.exec(code))
      .find(match => match) ?? [];
  ok(events, 'The README shows no two events to send');
  strictEqual((JSON.parse(events) as unknown[]).length, 2);
  return events;
}

/** Sends the first two events and reads the lead time that they must give. */
export async function checkFirstEvents(client: BackendClient): Promise<void> {
  const sent = await client.call('/api/four-keys/events', {
    body: await firstTwoEvents(),
    contentType: 'application/cloudevents-batch+json',
  });
  deepStrictEqual(
    [sent.status, sent.body],
    [202, { accepted: 2, rejected: [] }],
  );
  await checkLeadTime(client);
}

/** Reads the lead time of the first two events. */
export async function checkLeadTime(client: BackendClient): Promise<void> {
  const { body } = await eventually(
    () => client.call(QUESTION),
    answer => (answer.body as Metrics).metrics?.leadTime.status === 'ok',
  );
  strictEqual((body as Required<Metrics>).metrics.leadTime.value, 916);
}

/** Reports a deployment of an hour ago, and waits until it counts. */
export async function deployToProduction(
  client: BackendClient,
  service: string,
): Promise<void> {
  const sent = await client.call('/api/four-keys/events', {
    body: JSON.stringify({
      specversion: '1.0',
      id: `deployed-${service}`,
      source: 'stranger.ci',
      type: 'dev.fourkeys.deploy.completed',
      time: new Date(Date.now() - 3_600_000).toISOString(),
      data: {
        service_id: service,
        environment: 'production',
        deployment_id: 'd1',
        status: 'success',
      },
    }),
    contentType: 'application/cloudevents+json',
  });
  strictEqual(sent.status, 202);
  await eventually(
    () => client.call(`/api/four-keys/metrics?service=${service}`),
    ({ body }) => (body as Metrics).metrics?.deploymentFrequency.count === 1,
  );
}
