import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { inRepository } from '../repository';
import { eventually, Portal, startPortal } from './portal';

jest.setTimeout(240_000);

interface Task {
  readonly status: string;
}

interface TaskEvent {
  readonly type: string;
  readonly body: {
    readonly message: string;
    readonly output?: {
      readonly text?: ReadonlyArray<{ title: string; content: string }>;
    };
  };
}

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

  /** Fills in the form of the template and follows the run, as a person does. */
  async function runTemplate(values: object): Promise<TaskEvent[]> {
    const token = await portal.guestToken();
    await eventually(
      () =>
        portal.call(
          '/api/catalog/entities/by-name/template/default/node-service',
          { token },
        ),
      ({ status }) => status === 200,
      30_000,
    );
    const created = await portal.call('/api/scaffolder/v2/tasks', {
      token,
      body: { templateRef: TEMPLATE, values },
    });
    expect(created.status).toBe(201);
    const task = `/api/scaffolder/v2/tasks/${
      (created.body as { id: string }).id
    }`;
    await eventually(
      async () => (await portal.call(task, { token })).body as Task,
      ({ status }) => !['open', 'processing'].includes(status),
      60_000,
    );
    return (await portal.call(`${task}/events`, { token })).body as TaskEvent[];
  }

  /** Runs a command as a person pastes it into a shell. */
  const paste = (command: string) =>
    promisify(execFile)('/bin/sh', ['-ec', command], {
      cwd: inRepository(),
      env: { ...process.env, HOME: folder },
    });

  it('shows its lead time under its template after the command on the result page', async () => {
    const events = await runTemplate({
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
