import {
  coreServices,
  createBackendModule,
  createServiceFactory,
  type SchedulerService,
} from '@backstage/backend-plugin-api';
import {
  createMockDirectory,
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { ServiceUnavailableError } from '@backstage/errors';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import scaffolderEntityModel from '@backstage/plugin-catalog-backend-module-scaffolder-entity-model';
import eventsPlugin from '@backstage/plugin-events-backend';
import { eventsServiceFactory } from '@backstage/plugin-events-node';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import catalogModuleFourKeys from '@four-keys/backstage-plugin-catalog-backend-module-four-keys';
import scaffolderModuleFourKeys from '@four-keys/backstage-plugin-scaffolder-backend-module-four-keys';
import {
  validateEvent,
  type EventEnvelope,
} from '@four-keys/backstage-plugin-four-keys-common';
import { fourKeysEventsServiceRef } from '@four-keys/backstage-plugin-four-keys-node';
import { execFileSync } from 'child_process';
import { existsSync, readFileSync } from 'fs';
import path from 'path';
import catalogLocal from '../catalogLocal';
import publishLocal from '../publishLocal';

jest.setTimeout(120_000);

const TEMPLATE = path.resolve(
  __dirname,
  '../../../../../examples/templates/node-service/template.yaml',
);

interface Task {
  id: string;
  status: string;
  output?: { text?: Array<{ title: string; content: string }> };
}

describe('the Node service template in the example app', () => {
  const directory = createMockDirectory();
  const published: EventEnvelope[] = [];
  let backend: TestBackend;
  let scheduler: SchedulerService | undefined;
  let collectorIsDown = false;

  beforeAll(async () => {
    backend = await startTestBackend({
      features: [
        catalogPlugin,
        scaffolderEntityModel,
        scaffolderPlugin,
        eventsPlugin,
        eventsServiceFactory,
        catalogModuleFourKeys,
        scaffolderModuleFourKeys,
        publishLocal,
        catalogLocal,
        createServiceFactory({
          service: fourKeysEventsServiceRef,
          deps: {},
          factory: () => ({
            publish: async (events: readonly EventEnvelope[]) => {
              if (collectorIsDown) {
                throw new ServiceUnavailableError('The collector is down');
              }
              published.push(...events);
              return { accepted: events.length, rejected: [] };
            },
          }),
        }),
        createBackendModule({
          pluginId: 'scaffolder',
          moduleId: 'test-scheduler',
          register(env) {
            env.registerInit({
              deps: { service: coreServices.scheduler },
              async init({ service }) {
                scheduler = service;
              },
            });
          },
        }),
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://localhost:7007' },
            backend: {
              baseUrl: 'http://localhost:7007',
              workingDirectory: directory.resolve('.'),
            },
            example: { repositories: directory.resolve('repositories') },
            fourKeys: { platformVersion: '2026.11' },
            catalog: {
              processingInterval: { milliseconds: 500 },
              locations: [
                {
                  type: 'file',
                  target: TEMPLATE,
                  rules: [{ allow: ['Template'] }],
                },
              ],
            },
          },
        }),
      ],
    });
  });

  afterAll(() => backend.stop());

  async function get<T>(route: string): Promise<T | undefined> {
    const url = `http://localhost:${backend.server.port()}/api${route}`;
    const response = await fetch(url);
    return response.ok ? response.json() : undefined;
  }

  async function eventually<T>(read: () => Promise<T | undefined>): Promise<T> {
    for (let attempt = 0; attempt < 400; attempt++) {
      const value = await read();
      if (value !== undefined) {
        return value;
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    throw new Error('Waited too long');
  }

  async function scaffold(name: string): Promise<Task> {
    await eventually(() =>
      get('/catalog/entities/by-name/template/default/node-service'),
    );
    const response = await fetch(
      `http://localhost:${backend.server.port()}/api/scaffolder/v2/tasks`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          templateRef: 'template:default/node-service',
          values: {
            name,
            description: 'Sends "invoices": all of them',
            owner: 'group:default/maintainers',
            complianceLevel: 'low',
            telemetryProject: 'examples',
          },
        }),
      },
    );
    const { id } = (await response.json()) as { id: string };
    const task = await eventually(async () => {
      const now = await get<Task>(`/scaffolder/v2/tasks/${id}`);
      return now && /completed|failed/.test(now.status) ? now : undefined;
    });
    const events =
      (await get<Array<{ type: string; body: { output?: Task['output'] } }>>(
        `/scaffolder/v2/tasks/${id}/events`,
      )) ?? [];
    const completion = events.find(event => event.type === 'completion');
    return { ...task, id, output: completion?.body.output };
  }

  /** What was reported of the run by watching it, once its end was. */
  function observedEnd(taskId: string): Promise<EventEnvelope[]> {
    return eventually(async () => {
      const watched = new Map(
        published
          .filter(({ data }) => data.run_id === taskId && !data.service_id)
          .map(event => [event.id, event]),
      );
      return watched.size === 2 ? [...watched.values()] : undefined;
    });
  }

  it('publishes, reports and registers a stamped service, and says how to go on', async () => {
    const task = await scaffold('invoices-api');
    expect(task.status).toBe('completed');

    const repository = directory.resolve('repositories/invoices-api');
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
    const commitHash = git('rev-parse', 'main');
    expect(git('status', '--porcelain')).toBe('');
    expect(git('log', '--format=%an <%ae> %s')).toBe(
      'Example Scaffolder <scaffolder@example.com> Initial commit',
    );
    const env = Object.fromEntries(
      git('show', 'HEAD:.four-keys.env')
        .split('\n')
        .map(line => line.split('=')),
    );
    const correlationId = env.FOUR_KEYS_CORRELATION_ID;

    const entity = await get<Entity>(
      '/catalog/entities/by-name/component/default/invoices-api',
    );
    expect(entity).not.toHaveProperty('status');
    expect(entity?.metadata).toMatchObject({
      description: 'Sends "invoices": all of them',
      annotations: {
        'four-keys.dev/service-id': 'invoices-api',
        'four-keys.dev/correlation-id': correlationId,
        'four-keys.dev/template': 'node-service@1.0.0',
        'four-keys.dev/platform-version': '2026.11',
      },
    });

    const reported = published.filter(event => event.data.service_id);
    expect(reported.map(event => event.type)).toEqual([
      'dev.fourkeys.change.created',
      'dev.fourkeys.scaffold.completed',
    ]);
    for (const event of reported) {
      expect(validateEvent(event, { now: Date.now() }).ok).toBe(true);
      expect(event.data).toMatchObject({
        service_id: 'invoices-api',
        correlation_id: correlationId,
        template_id: 'node-service',
        template_version: '1.0.0',
      });
    }
    const observed = await observedEnd(task.id);
    expect(observed).toEqual([
      expect.objectContaining({ type: 'dev.fourkeys.scaffold.started' }),
      expect.objectContaining({ type: 'dev.fourkeys.scaffold.completed' }),
    ]);
    expect(observed[1].data).toEqual({
      correlation_id: correlationId,
      run_id: task.id,
      template_id: 'node-service',
      template_version: '1.0.0',
      status: 'success',
      duration_ms: expect.any(Number),
    });

    expect(reported[0].data).toMatchObject({
      commit_sha: commitHash,
      branch: 'main',
      committed_at: git('log', '-1', '--format=%cI'),
    });

    const [report] = task.output?.text ?? [];
    expect(report.content).toContain('FOUR_KEYS_URL=http://localhost:7007\n');
    expect(report.content.replace(/\\\n\s*/g, '')).toContain(
      `npx four-keys emit deploy --service invoices-api --environment production --status success --commit-sha ${commitHash} --correlation-id ${correlationId}`,
    );

    execFileSync('npm', ['test'], { cwd: repository, stdio: 'pipe' });
  });

  it('can be tried in a dry run, which publishes and reports nothing', async () => {
    published.length = 0;
    const folder = path.dirname(TEMPLATE);
    const response = await fetch(
      `http://localhost:${backend.server.port()}/api/scaffolder/v2/dry-run`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          template: await get(
            '/catalog/entities/by-name/template/default/node-service',
          ),
          values: {
            name: 'dry-api',
            description: 'None',
            owner: 'group:default/maintainers',
            complianceLevel: 'low',
            telemetryProject: 'examples',
          },
          directoryContents: [
            {
              path: 'content/catalog-info.yaml',
              base64Content: readFileSync(
                path.join(folder, 'content/catalog-info.yaml'),
              ).toString('base64'),
            },
          ],
        }),
      },
    );
    const { log } = (await response.json()) as {
      log: Array<{ body: { message: string; status?: string } }>;
    };
    expect(response.status).toBe(200);
    const messages = log.map(entry => entry.body.message).join('\n');
    expect(messages).toMatch(
      /Would write catalog-info.yaml: Component\/dry-api/,
    );
    expect(messages).toMatch(
      /dev\.fourkeys\.change\.created was not reported|Would report/,
    );
    expect(log.filter(entry => entry.body.status === 'failed')).toEqual([]);
    expect(published).toEqual([]);
    expect(existsSync(directory.resolve('repositories/dry-api'))).toBe(false);
  });

  it('never touches a repository that another run made', async () => {
    const before = readFileSync(
      directory.resolve('repositories/invoices-api/.git/refs/heads/main'),
      'utf8',
    );
    published.length = 0;
    const task = await scaffold('invoices-api');
    expect(task.status).toBe('failed');
    const [, end] = await observedEnd(task.id);
    expect(end.data).toMatchObject({ status: 'failure' });
    expect(published.filter(event => event.data.service_id)).toEqual([]);
    expect(
      readFileSync(
        directory.resolve('repositories/invoices-api/.git/refs/heads/main'),
        'utf8',
      ),
    ).toBe(before);
  });

  it('reports a run that was missed while the collector was down, from the list of the scaffolder', async () => {
    collectorIsDown = true;
    const task = await scaffold('missed-api');
    expect(task.status).toBe('completed');
    collectorIsDown = false;
    const idsOfRun = () =>
      new Set(
        published
          .filter(({ data }) => data.run_id === task.id)
          .map(({ id }) => id),
      );
    expect(idsOfRun().size).toBe(0);
    await scheduler?.triggerTask('four-keys-reconcile-runs');
    expect(idsOfRun().size).toBe(2);
    const [, end] = await observedEnd(task.id);
    expect(end.data).toMatchObject({ status: 'success' });
  });
});
