import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { rmSync } from 'fs';
import { chmod, lstat, readFile, stat, symlink } from 'fs/promises';
import { correlationIdOf } from '../correlation';
import { createStampAction } from './action';

const action = createStampAction({
  platformVersion: '2026.11',
  collectorUrl: 'http://localhost:7007',
});

type Context = Parameters<typeof action.handler>[0];

const catalogInfo = `kind: Component
metadata:
  name: payments-api # the one
  annotations:
    four-keys.dev/telemetry-key: acme/payments
`;

const templateInfo = {
  entityRef: 'template:default/node-service',
  entity: {
    metadata: {
      name: 'node-service',
      annotations: { 'four-keys.dev/template': 'node-service@1.4.0' },
    },
  },
};

describe('four-keys:stamp', () => {
  const directory = createMockDirectory();

  const read = (path?: string) =>
    directory.content({ path, shouldReadAsText: () => true });

  /** The mock context drops half of what it is given. */
  function run(input: Context['input'] = {}, rest: Partial<Context> = {}) {
    const logger = mockServices.logger.mock();
    const output = jest.fn();
    const context: Context = {
      ...createMockActionContext({
        workspacePath: directory.resolve('workspace'),
        task: { id: 'task-1' },
        templateInfo,
      }),
      input,
      logger,
      output,
      ...rest,
    };
    return {
      output,
      logger,
      result: Promise.resolve(action.handler(context)),
    };
  }

  beforeEach(() => {
    directory.setContent({ workspace: { 'catalog-info.yaml': catalogInfo } });
  });

  it('stamps the catalog file and the variables, and the second time changes nothing', async () => {
    const first = run();
    await first.result;
    const correlationId = correlationIdOf('task-1');
    const stamped = read();
    expect(stamped).toEqual({
      workspace: {
        'catalog-info.yaml': `${catalogInfo}    four-keys.dev/correlation-id: ${correlationId}
    four-keys.dev/template: node-service@1.4.0
    four-keys.dev/platform-version: "2026.11"
    four-keys.dev/service-id: payments-api
`,
        '.four-keys.env': `FOUR_KEYS_SERVICE_ID=payments-api
FOUR_KEYS_CORRELATION_ID=${correlationId}
FOUR_KEYS_TEMPLATE_ID=node-service
FOUR_KEYS_TEMPLATE_VERSION=1.4.0
FOUR_KEYS_PLATFORM_VERSION=2026.11
FOUR_KEYS_TELEMETRY_KEY=acme/payments
FOUR_KEYS_URL=http://localhost:7007
`,
      },
    });
    expect(Object.fromEntries(first.output.mock.calls)).toMatchObject({
      correlationId,
      serviceId: 'payments-api',
      templateId: 'node-service',
      templateVersion: '1.4.0',
      url: 'http://localhost:7007',
      files: [
        {
          path: 'catalog-info.yaml',
          fields: expect.arrayContaining([
            'Component/payments-api four-keys.dev/correlation-id',
          ]),
        },
        {
          path: '.four-keys.env',
          fields: expect.arrayContaining(['FOUR_KEYS_URL']),
        },
      ],
    });

    const second = run();
    await second.result;
    expect(read()).toEqual(stamped);
    expect(Object.fromEntries(second.output.mock.calls)).toMatchObject({
      correlationId,
      files: [
        { path: 'catalog-info.yaml', fields: [] },
        { path: '.four-keys.env', fields: [] },
      ],
    });
  });

  it('reports in a dry run what it would do, and touches nothing', async () => {
    const before = read();
    const { result, output, logger } = run({}, { isDryRun: true });
    await result;
    expect(read()).toEqual(before);
    expect(Object.fromEntries(output.mock.calls).files[1].fields).toHaveLength(
      7,
    );
    expect(logger.info).toHaveBeenCalledWith(
      expect.stringMatching(/^Would write catalog-info.yaml: Component/),
    );
  });

  it('works in a folder of the workspace and takes what it is told', async () => {
    directory.addContent({
      workspace: { services: { a: { 'component.yaml': catalogInfo } } },
    });
    const { result, output } = run(
      {
        targetPath: 'services/a',
        catalogInfoPath: 'component.yaml',
        serviceId: 'shop/a',
        templateId: 'other',
        templateVersion: '2.0.0',
      },
      { templateInfo: undefined },
    );
    await result;
    expect(Object.fromEntries(output.mock.calls).files).toEqual([
      expect.objectContaining({ path: 'services/a/component.yaml' }),
      expect.objectContaining({ path: 'services/a/.four-keys.env' }),
    ]);
    const content = read('workspace/services/a') as Record<string, string>;
    expect(content['component.yaml']).toContain(
      'four-keys.dev/template: other@2.0.0',
    );
    expect(content['.four-keys.env']).toContain('FOUR_KEYS_SERVICE_ID=shop/a');
  });

  it('invents no template version: says how to give one', async () => {
    const { result, logger } = run(
      {},
      { templateInfo: { entityRef: 'template:default/old' } },
    );
    await result;
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('four-keys.dev/template: <id>@<version>'),
    );
    const { workspace } = read() as {
      workspace: Record<string, string>;
    };
    expect(workspace['catalog-info.yaml']).not.toContain(
      'four-keys.dev/template',
    );
    expect(workspace['.four-keys.env']).toContain('FOUR_KEYS_TEMPLATE_ID=old');
  });

  it.each([
    [{ targetPath: '../other' }, 'outside'],
    [{ catalogInfoPath: '../../etc/passwd' }, 'outside'],
    [
      { catalogInfoPath: 'missing.yaml' },
      'missing.yaml is not in the workspace',
    ],
    [{ serviceId: 'two words' }, 'serviceId is "two words", expected 1 to 100'],
    [{ telemetryKey: 'acme' }, 'telemetryKey is "acme", expected org/project'],
    [{ templateVersion: 'latest' }, 'node-service@latest'],
  ])(
    'refuses %j and leaves the workspace as it was',
    async (input, message) => {
      const before = read();
      await expect(run(input).result).rejects.toThrow(message);
      expect(read()).toEqual(before);
    },
  );

  it('refuses links that lead out of the workspace, for files and folders', async () => {
    directory.addContent({
      outside: { 'catalog-info.yaml': catalogInfo, '.four-keys.env': 'A=1\n' },
    });
    await symlink(
      directory.resolve('outside'),
      directory.resolve('workspace/link'),
    );
    await symlink(
      directory.resolve('outside/.four-keys.env'),
      directory.resolve('workspace/.four-keys.env'),
    );
    const outside = read('outside');
    await expect(run({ targetPath: 'link' }).result).rejects.toThrow('outside');
    await expect(run().result).rejects.toThrow('outside');
    expect(read('outside')).toEqual(outside);
    expect(
      await readFile(directory.resolve('workspace/catalog-info.yaml'), 'utf8'),
    ).toBe(catalogInfo);
  });

  const manifest = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n';
  const repository = {
    '.github': { workflows: { 'ci.yml': 'on: push\njobs: {}\n' } },
    '.gitlab-ci.yml': 'job: {script: a}\n',
    Jenkinsfile: 'pipeline {\n  agent any\n}\n',
    Dockerfile: 'FROM a\n',
    'Dockerfile.dockerignore': 'a\n',
    'package.json': '{}\n',
    deploy: {
      'service.yaml': manifest,
      'kustomization.yaml': 'resources: [service.yaml]\n',
      chart: {
        'Chart.yaml': 'apiVersion: v2\nname: a\n',
        'values.yaml': 'replicas: 2\n',
        templates: { 'a.yaml': 'a: {{ .Values.a }}\n' },
        charts: { other: { 'Chart.yaml': '', 'values.yaml': 'a: b\n' } },
      },
    },
    node_modules: { a: { Dockerfile: 'FROM a\n' } },
    tekton: {
      'run.yaml':
        'apiVersion: tekton.dev/v1\nkind: PipelineRun\nspec: {params: []}\n',
    },
  };

  it('stamps everything that a repository has, and says what it left alone', async () => {
    directory.addContent({ workspace: repository });
    const before = read('workspace') as Record<string, unknown>;
    await run({}, { isDryRun: true }).result;
    expect(read('workspace')).toEqual(before);

    const { result, output, logger } = run();
    await result;
    const outputs = Object.fromEntries(output.mock.calls) as {
      files: Array<{ path: string; fields: string[] }>;
      leftAlone: Array<{ path: string; reason: string }>;
    };
    expect(
      outputs.files.filter(one => one.fields.length > 0).map(one => one.path),
    ).toEqual([
      'catalog-info.yaml',
      '.four-keys.env',
      '.github/workflows/ci.yml',
      '.gitlab-ci.yml',
      'Dockerfile',
      'Jenkinsfile',
      'deploy/chart/values.yaml',
      'deploy/kustomization.yaml',
      'deploy/service.yaml',
      'tekton/run.yaml',
    ]);
    expect(outputs.leftAlone).toEqual([
      {
        path: 'deploy/chart/Chart.yaml',
        reason: 'it holds no Kubernetes resource',
      },
      {
        path: 'deploy/chart/templates/a.yaml',
        reason: expect.stringContaining('Helm template'),
      },
    ]);
    expect(logger.info).toHaveBeenCalledWith(
      expect.stringMatching(/^Left deploy\/chart\/templates\/a.yaml alone/),
    );
    const after = read('workspace') as Record<string, unknown>;
    expect(after).toMatchObject({
      'package.json': '{}\n',
      'Dockerfile.dockerignore': 'a\n',
      node_modules: repository.node_modules,
      deploy: {
        chart: {
          templates: repository.deploy.chart.templates,
          charts: repository.deploy.chart.charts,
        },
        'service.yaml': expect.stringContaining(
          '    four-keys.dev/template: node-service@1.4.0\n',
        ),
      },
    });
    await run().result;
    expect(read('workspace')).toEqual(after);
  });

  it.each([0o755, 0o600, 0o664])(
    'leaves the mode %i of a file of any format as it is',
    async mode => {
      directory.addContent({ workspace: repository });
      directory.addContent({ 'workspace/.four-keys.env': 'A=1\n' });
      const files = [
        'catalog-info.yaml',
        '.four-keys.env',
        '.github/workflows/ci.yml',
        '.gitlab-ci.yml',
        'Dockerfile',
        'Jenkinsfile',
        'deploy/chart/values.yaml',
        'deploy/kustomization.yaml',
        'deploy/service.yaml',
        'tekton/run.yaml',
      ].map(file => directory.resolve(`workspace/${file}`));
      for (const file of files) {
        await chmod(file, mode);
      }
      const { result, output } = run();
      await result;
      const outputs = Object.fromEntries(output.mock.calls) as {
        files: Array<{ fields: string[] }>;
      };
      expect(
        outputs.files.filter(({ fields }) => fields.length > 0),
      ).toHaveLength(files.length);
      for (const file of files) {
        expect([file, (await stat(file)).mode % 0o1000]).toEqual([file, mode]);
      }
    },
  );

  it('stamps what the globs say, and nothing of a format without any', async () => {
    directory.addContent({
      workspace: { ...repository, ops: { 'a.yml': manifest } },
    });
    const { result, output } = run({
      files: {
        kubernetes: ['ops/*.yml'],
        docker: [],
        jenkins: [],
        gitlabCi: [],
        githubActions: [],
        kustomize: [],
        helm: [],
        tekton: [],
      },
    });
    await result;
    const { files } = Object.fromEntries(output.mock.calls);
    expect(files.map((one: { path: string }) => one.path)).toEqual([
      'catalog-info.yaml',
      '.four-keys.env',
      'ops/a.yml',
    ]);
  });

  it.each([
    ['what cannot be parsed', 'deploy/bad.yaml', 'a: b: c\n', 'line 1'],
    ['what is not text', 'deploy/bad.yaml', Buffer.from([0xc3]), 'not UTF-8'],
  ])(
    'refuses %s and leaves the workspace as it was',
    async (_, file, content, message) => {
      directory.addContent({ workspace: repository });
      directory.addContent({ [`workspace/${file}`]: content });
      const before = read('workspace');
      await expect(run().result).rejects.toThrow(message);
      await expect(run().result).rejects.toThrow(file);
      expect(read('workspace')).toEqual(before);
    },
  );

  it('puts back what it wrote when a later file cannot be written', async () => {
    directory.addContent({ workspace: repository });
    const before = read('workspace');
    const signal = new AbortController().signal;
    // The last look at the signal comes after everything is worked out.
    let looks = 0;
    jest.spyOn(signal, 'throwIfAborted').mockImplementation(() => {
      looks++;
      if (looks === 2) {
        rmSync(directory.resolve('workspace/tekton'), { recursive: true });
      }
    });
    await expect(run({}, { signal }).result).rejects.toThrow('ENOENT');
    const { tekton, ...others } = before as Record<string, unknown>;
    expect(tekton).toBeDefined();
    expect(read('workspace')).toEqual(others);
  });

  it('refuses links of chosen files that lead out, and stamps those inside once', async () => {
    directory.addContent({
      workspace: repository,
      outside: { 'a.yaml': manifest },
    });
    await symlink('service.yaml', directory.resolve('workspace/deploy/b.yaml'));
    await run().result;
    const link = directory.resolve('workspace/deploy/b.yaml');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);

    await symlink(
      directory.resolve('outside/a.yaml'),
      directory.resolve('workspace/deploy/c.yaml'),
    );
    await expect(run().result).rejects.toThrow('outside');
    expect(read('outside')).toEqual({ 'a.yaml': manifest });
  });

  it('stops when the run is cancelled', async () => {
    const before = read();
    await expect(
      run({}, { signal: AbortSignal.abort(new Error('cancelled')) }).result,
    ).rejects.toThrow('cancelled');
    expect(read()).toEqual(before);
  });
});

describe('correlationIdOf', () => {
  it('is the same for a task for good, and different for each', () => {
    expect(correlationIdOf('task-1')).toBe('49SHBF3E5D7GGVK2TPEWV5S34W');
    const ids = Array.from({ length: 1000 }, (_, i) => correlationIdOf(`${i}`));
    expect(new Set(ids).size).toBe(1000);
    ids.forEach(id => expect(id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/));
  });
});
