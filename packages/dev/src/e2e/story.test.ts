import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { inRepository } from '../repository';
import { runTemplate } from '../example/runTemplate';
import { eventually, Portal, startPortal } from './portal';

jest.setTimeout(300_000);

interface Entity {
  readonly kind: string;
  readonly metadata: { readonly annotations: Record<string, string> };
  readonly relations?: ReadonlyArray<{ type: string; targetRef: string }>;
  readonly status?: {
    readonly items: ReadonlyArray<{ level: string; message: string }>;
  };
}

interface Trace {
  readonly template: string;
  readonly templateVersion: string;
  readonly serviceIds: readonly string[];
  readonly steps?: ReadonlyArray<{
    readonly kind: string;
    readonly at: string;
    readonly status: string;
    readonly ids: Record<string, string>;
    readonly entityRef: string | null;
    readonly joinedBy: { method: string; value: string; link: string | null };
  }>;
}

interface Readiness {
  readonly rows?: ReadonlyArray<{
    readonly entityRef: string | null;
    readonly ready: boolean;
    readonly problems: ReadonlyArray<{ code: string; message: string }>;
  }>;
}

/** A component whose annotations are wrong in every way. */
const component = (name: string, lifecycle: string) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name,
    annotations: {
      'four-keys.dev/owner': 'group:default/somebody',
      'four-keys.dev/deploy-type': 'kubernets',
      'four-keys.dev/compliance-level': 'low',
      'four-keys.dev/telemtery-key': 'acme/shop',
    },
  },
  spec: { type: 'service', lifecycle, owner: 'maintainers' },
});

const LENIENT = component('lenient', 'experimental');
const STRICT = component('strict', 'production');

describe('the portal, from a template to an incident', () => {
  let portal: Portal;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'four-keys-story-'));
    const inFolder = (name: string) => path.join(folder, name);
    await writeFile(
      inFolder('catalog-info.yaml'),
      // JSON is YAML, too.
      [LENIENT, STRICT]
        .map(one => JSON.stringify(one, null, 2))
        .join('\n---\n'),
    );
    const locations = [
      inRepository('examples', 'entities.yaml'),
      inRepository('examples', 'models.yaml'),
      inRepository('examples', 'node-service.template.yaml'),
      inFolder('catalog-info.yaml'),
    ].map(target => ({
      type: 'file',
      target,
      rules: [
        {
          allow: [
            'Component',
            'System',
            'Group',
            'User',
            'API',
            'MLModel',
            'DataSet',
            'Template',
          ],
        },
      ],
    }));
    await writeFile(
      inFolder('app-config.test.yaml'),
      JSON.stringify({
        example: { repositories: inFolder('repositories') },
        catalog: { locations },
        fourKeys: {
          catalog: { mode: { default: 'warn', production: 'enforce' } },
          enrichment: { catalogRefresh: { seconds: 1 } },
        },
      }),
    );
    portal = await startPortal({
      configFiles: [inFolder('app-config.test.yaml')],
    });
  });

  afterAll(async () => {
    await portal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const get = async <T>(url: string) => (await portal.call(url)).body as T;

  const entityOf = (kind: string, name: string) =>
    get<Entity>(`/api/catalog/entities/by-name/${kind}/default/${name}`);

  /** The real command line in a folder, as a pipeline runs it. */
  const fourKeys = (cwd: string, ...args: string[]) =>
    promisify(execFile)(
      process.execPath,
      [inRepository('packages', 'cli', 'bin', 'four-keys'), ...args],
      {
        cwd,
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          FOUR_KEYS_URL: portal.url,
          FOUR_KEYS_TOKEN: portal.token,
        },
      },
    );

  it('follows one id from the template run to the incident', async () => {
    const run = await runTemplate(portal, 'template:default/golden-path-node', {
      name: 'ledger-api',
      description: 'Keeps the books',
      owner: 'group:default/maintainers',
      complianceLevel: 'low',
      telemetryProject: 'examples',
      ciSystem: 'gitlab-ci',
      deployType: 'kubernetes',
    });
    const { taskId } = run;
    expect(run).toMatchObject({ status: 'completed' });

    const repository = path.join(folder, 'repositories', 'ledger-api');
    // The pull request of the first change, which the template checked before.
    await fourKeys(repository, 'check', '--emit', '--environment', 'staging');
    await fourKeys(
      repository,
      'emit',
      'build',
      '--status',
      'started',
      '--run',
      '1',
    );
    await fourKeys(
      repository,
      'emit',
      'build',
      '--status',
      'success',
      '--run',
      '1',
    );
    await fourKeys(
      repository,
      ...['emit', 'deploy', '--environment', 'production'],
      ...['--status', 'success', '--deployment-id', 'd-1'],
    );
    // The incident tool knows the service, and nothing of ids.
    await eventually(
      () =>
        get<{ rows?: unknown[] }>(
          '/api/four-keys/deployments?service=ledger-api',
        ),
      ({ rows }) => rows?.length === 1,
      30_000,
    );
    await fourKeys(
      folder,
      ...['emit', 'incident', '--service', 'ledger-api'],
      ...['--incident-id', 'INC-7', '--status', 'opened'],
    );

    const entity = await entityOf('component', 'ledger-api');
    const id = entity.metadata.annotations['four-keys.dev/correlation-id'];
    const stamped = await readFile(
      path.join(repository, '.four-keys.env'),
      'utf8',
    );
    expect(stamped).toContain(`FOUR_KEYS_CORRELATION_ID=${id}`);

    const story = await eventually(
      () => get<Trace>(`/api/four-keys/trace/${id}`),
      ({ steps }) =>
        ['scaffold', 'change', 'build', 'deployment', 'incident'].every(kind =>
          steps?.some(
            step =>
              step.kind === kind &&
              step.entityRef === 'component:default/ledger-api' &&
              step.status !== 'running',
          ),
        ) &&
        ['production', 'staging'].every(environment =>
          steps?.some(
            ({ kind, ids }) =>
              kind === 'policy' && ids.environment === environment,
          ),
        ),
      60_000,
    );
    const all = story.steps ?? [];
    // What the template checked for production, and the pull request for staging.
    const policies = all.filter(({ kind }) => kind === 'policy');
    for (const environment of ['production', 'staging']) {
      expect(
        policies
          .filter(({ ids }) => ids.environment === environment)
          .map(({ ids, status: outcome }) => [ids.policy_id, outcome])
          .sort(),
      ).toEqual(
        expect.arrayContaining([
          ['pinned-base-images', 'pass'],
          ['required-annotations', 'pass'],
          ['sbom-step', 'pass'],
        ]),
      );
    }
    const steps = all.filter(({ kind }) => kind !== 'policy');
    expect(
      steps.map(({ kind, status, joinedBy }) => [
        kind,
        status,
        joinedBy.method,
        joinedBy.link,
      ]),
    ).toEqual([
      ['scaffold', 'success', 'correlation_id', null],
      ['change', 'landed', 'correlation_id', null],
      ['build', 'success', 'correlation_id', null],
      ['deployment', 'success', 'correlation_id', null],
      ['incident', 'open', 'deployment', 'window'],
    ]);
    const [scaffold, change, build, deployment, incident] = steps;
    expect(scaffold.ids.run_id).toBe(taskId);
    expect(build.ids.commit_sha).toBe(change.ids.commit_sha);
    expect(deployment.ids).toMatchObject({
      deployment_id: 'd-1',
      environment: 'production',
      commit_sha: change.ids.commit_sha,
    });
    expect(incident.joinedBy.value).toBe('d-1');
    expect(story).toMatchObject({
      template: 'node-service',
      serviceIds: ['ledger-api'],
    });
    const { rows } = await eventually(
      () => get<Readiness>('/api/four-keys/readiness?service=ledger-api'),
      answer => answer.rows?.[0]?.ready === true,
      30_000,
    );
    expect(rows).toEqual([
      expect.objectContaining({ entityRef: 'component:default/ledger-api' }),
    ]);
  });

  it('says the same about annotations in the catalog, the command line, the API and the scaffolder', async () => {
    const cli = await fourKeys(folder, 'validate', '--format', 'json').catch(
      (error: { stdout: string }) => error,
    );
    const { findings } = JSON.parse(cli.stdout) as {
      findings: Array<{ entity: string; level: string; message: string }>;
    };
    const toldOf = (name: string) =>
      findings
        .filter(({ entity }) => entity === `component:default/${name}`)
        .map(({ message }) => message)
        .sort();

    const warned = await eventually(
      () => entityOf('component', 'lenient'),
      ({ status }) => status !== undefined,
      60_000,
    );
    const items = warned.status?.items ?? [];
    expect(items.map(({ level }) => level)).toEqual(
      Array(items.length).fill('warning'),
    );
    const messages = items.map(({ message }) => message).sort();
    expect(messages).toHaveLength(5);
    expect(toldOf('lenient')).toEqual(messages);

    const { rows = [] } = await eventually(
      () => get<Readiness>('/api/four-keys/readiness?service=lenient'),
      answer => (answer.rows?.length ?? 0) > 0,
      30_000,
    );
    expect(
      rows[0].problems
        .filter(({ code }) => code !== 'no_deployments')
        .map(({ message }) => message)
        .sort(),
    ).toEqual(messages);

    // The scaffolder asks the catalog before it publishes anything.
    const validated = await portal.call('/api/catalog/validate-entity', {
      body: {
        entity: STRICT,
        location: 'url:https://example.com/catalog-info.yaml',
      },
    });
    expect(validated.status).toBe(400);
    const { errors } = validated.body as { errors: Array<{ message: string }> };
    expect(errors.flatMap(({ message }) => message.split('\n')).sort()).toEqual(
      toldOf('strict'),
    );
    const refused = await portal.call(
      '/api/catalog/entities/by-name/component/default/strict',
    );
    expect(refused.status).toBe(404);
  });

  it('has models and data sets in its catalog, like any kind', async () => {
    const model = await eventually(
      () => entityOf('mlmodel', 'basket-suggestions'),
      ({ relations }) => (relations?.length ?? 0) >= 4,
      60_000,
    );
    expect(model.status).toBeUndefined();
    const related = ({ relations = [] }: Entity) =>
      relations.map(({ type, targetRef }) => `${type} ${targetRef}`);
    expect(related(model)).toEqual(
      expect.arrayContaining([
        'dependsOn dataset:default/baskets-2025',
        'providesApi api:default/suggestions',
        'ownedBy group:default/storefront-team',
      ]),
    );
    const data = await eventually(
      () => entityOf('dataset', 'baskets-2025'),
      found =>
        related(found).includes(
          'dependencyOf mlmodel:default/basket-suggestions',
        ),
      60_000,
    );
    expect(data.status).toBeUndefined();
  });
});
