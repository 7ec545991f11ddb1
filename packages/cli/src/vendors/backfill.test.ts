import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import {
  VendorServer,
  type ApiAnswer,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { acceptAll, startCollector } from '../__testUtils__/collector';
import { useFolders } from '../__testUtils__/folder';
import { testRuntime } from '../__testUtils__/runtime';
import { backfillVendor, type VendorBackfillFlags } from './backfill';

jest.setTimeout(60_000);

const newFolder = useFolders();
const SHA = '3333333333333333333333333333333333333333';

const request = (iid: number) => ({
  iid,
  target_branch: 'main',
  merge_commit_sha: SHA,
  sha: SHA,
  created_at: '2026-06-09T08:30:00Z',
  merged_at: '2026-06-10T12:34:50Z',
  labels: [],
});

describe('four-keys backfill gitlab', () => {
  const server = new VendorServer();
  let fail: boolean;

  beforeAll(() => server.start());
  afterAll(() => server.stop());
  beforeEach(() => {
    fail = false;
    server.calls.length = 0;
    server.answer = ({ path }): ApiAnswer | undefined => {
      const project = '/projects/acme%2Fshop';
      if (path.startsWith(`${project}/merge_requests?`)) {
        const second = path.includes('page=2');
        if (second && fail) {
          return { status: 403 };
        }
        return {
          ...(second
            ? {}
            : {
                headers: {
                  link: `<${server.url}${project}/merge_requests?page=2>; rel="next"`,
                },
              }),
          body: [request(second ? 13 : 12)],
        };
      }
      if (path.startsWith(`${project}/deployments?`)) {
        return {
          body: [
            {
              id: 15,
              sha: SHA,
              ref: 'main',
              status: 'success',
              updated_at: '2026-06-10T12:50:12Z',
              environment: { name: 'production' },
            },
          ],
        };
      }
      if (path.includes('/merge_requests/13')) {
        return undefined;
      }
      if (path.includes('/commits') || path.includes('/notes')) {
        return { body: [] };
      }
      return { body: { merged_at: '2026-06-10T12:34:50Z' } };
    };
  });

  const run = async (
    flags: Partial<VendorBackfillFlags>,
    runtime = testRuntime({ env: { GITLAB_TOKEN: 't', HOME: '/nowhere' } }),
  ) => {
    await backfillVendor(
      'gitlab',
      {
        repository: ['acme/shop'],
        instance: 'gitlab.com',
        apiUrl: server.url,
        since: '2026-06-01',
        until: '2026-06-30',
        ...flags,
      },
      runtime,
    );
    return runtime;
  };

  it('sends what GitLab remembers, with the ids of its webhooks', async () => {
    const collector = await startCollector(acceptAll);
    const home = await newFolder();
    const settings = join(home, 'gitlab.yaml');
    await writeFile(
      settings,
      'services: [{ repository: acme/*, service: pay }]',
    );
    await run(
      { url: collector.url, settings },
      testRuntime({ env: { GITLAB_TOKEN: 't', HOME: home } }),
    );
    await collector.close();
    const events = collector.received.flatMap(call => call.events);
    expect(events.map(({ id }) => id)).toEqual([
      `acme/shop/mr/12/merged/${SHA}`,
      `acme/shop/mr/12/merged/${SHA}/commits`,
      `acme/shop/mr/13/merged/${SHA}`,
      'acme/shop/deployment/15/success',
    ]);
    for (const event of events) {
      expect(event).toMatchObject({
        source: '/gitlab/gitlab.com',
        data: { service_id: 'pay' },
      });
      expect(validateEvent(event)).toMatchObject({ ok: true });
    }
    expect(server.calls[0].headers['private-token']).toBe('t');
  });

  it('goes on where it stopped', async () => {
    const collector = await startCollector(acceptAll);
    const env = { GITLAB_TOKEN: 't', HOME: await newFolder() };
    fail = true;
    await expect(
      run({ url: collector.url }, testRuntime({ env })),
    ).rejects.toThrow(/answered 403.*goes on where it stopped/);
    const before = collector.received.flatMap(call => call.events).length;
    expect(before).toBe(2);
    fail = false;
    const runtime = await run({ url: collector.url }, testRuntime({ env }));
    await collector.close();
    const events = collector.received.flatMap(call => call.events);
    expect(events.slice(before).map(({ id }) => id)).toEqual([
      `acme/shop/mr/13/merged/${SHA}`,
      'acme/shop/deployment/15/success',
    ]);
    expect(runtime.output.err).toContain('going on with acme/shop');
  });

  it('only counts where it is told to, and says what it needs', async () => {
    const { output } = await run({ dryRun: true });
    expect(output.err).toContain('acme/shop: 4 events, nothing was sent');
    await expect(run({}, testRuntime())).rejects.toThrow('set GITLAB_TOKEN');
    await expect(run({ since: '2026-07-01' })).rejects.toThrow(
      '--since is not before --until',
    );
    await expect(run({ since: 'june' })).rejects.toThrow('--since is "june"');
  });
});
