import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { runTemplate } from '../example/runTemplate';
import { inRepository } from '../repository';
import { eventually, Portal, startPortal } from './portal';

jest.setTimeout(240_000);

interface Metrics {
  readonly metrics?: {
    readonly leadTime: { status: string; value: number | null; count: number };
  };
}

const TEMPLATE = 'template:default/node-service';

describe('a service made from a template', () => {
  let portal: Portal;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'four-keys-template-'));
    portal = await startPortal({
      env: {
        APP_CONFIG_example_repositories: JSON.stringify(
          path.join(folder, 'repositories'),
        ),
      },
    });
  });

  afterAll(async () => {
    await portal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a command as a person pastes it into a shell. */
  const paste = (command: string) =>
    promisify(execFile)('/bin/sh', ['-ec', command], {
      cwd: inRepository(),
      env: { ...process.env, HOME: folder },
    });

  it('shows its lead time under its template after the command on the result page', async () => {
    const { events } = await runTemplate(portal, TEMPLATE, {
      name: 'invoices-api',
      description: 'Sends invoices',
      owner: 'group:default/maintainers',
      complianceLevel: 'low',
      telemetryProject: 'examples',
    });
    const completion = events.find(event => event.type === 'completion');
    const page = completion?.body.output?.text ?? [];
    if (page.length === 0) {
      throw new Error(events.map(event => event.body.message).join('\n'));
    }
    const [, command] = /```sh\n([\s\S]*?)```/.exec(page[0].content) ?? [];
    expect(command).toContain('npx four-keys emit deploy');

    await paste(command ?? '');

    const { body } = await eventually(
      () =>
        portal.call(
          '/api/four-keys/metrics?template=node-service&environment=production',
        ),
      answer => (answer.body as Metrics).metrics?.leadTime.status === 'ok',
    );
    const { leadTime } = (body as Required<Metrics>).metrics;
    expect(leadTime.count).toBe(1);
    expect(leadTime.value).toBeGreaterThanOrEqual(0);
    expect(leadTime.value).toBeLessThan(120);

    const entity = await portal.call(
      '/api/catalog/entities/by-name/component/default/invoices-api',
    );
    expect(entity.status).toBe(200);
  });
});
