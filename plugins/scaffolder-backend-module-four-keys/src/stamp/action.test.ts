import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { readFile, symlink } from 'fs/promises';
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
