import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { createComposeAction } from './action';

const LIBRARY = {
  'module.yaml': `name: gitlab
version: 1.2.0
path: .gitlab-ci.yml
frame: frame.yaml
snippets:
  - { id: node, version: 1.0.0, slot: test, file: node.yaml, when: { runtime: [nodejs] } }
  - { id: jvm, version: 2.0.0, slot: test, file: jvm.yaml, when: { language: [java], runtime: [jvm] } }
  - { id: sign, version: 1.1.0, slot: after, file: sign.yaml, when: { from: moderate } }
  - { id: push, version: 1.0.0, slot: after, file: push.yaml, when: { deployType: [kubernetes] } }
`,
  'frame.yaml': `# the pipeline of ((service))
jobs:
  # four-keys:slot test
after:
    # four-keys:slot after
`,
  'node.yaml': '# runs\n\nnpm: test\n',
  'jvm.yaml': 'mvn: verify\n',
  'sign.yaml': 'cosign: sign\n',
  'push.yaml': 'kubectl: ((service))\n',
};

const catalogInfo = `kind: Component
metadata:
  name: payments
  annotations:
    four-keys.dev/runtime: nodejs@22
    four-keys.dev/deploy-type: kubernetes
    four-keys.dev/compliance-level: low
`;

describe('four-keys:compose', () => {
  const directory = createMockDirectory();
  const action = createComposeAction({
    reader: mockServices.urlReader.mock(),
    integrations: ScmIntegrations.fromConfig(new ConfigReader({})),
    levels: ['none', 'low', 'moderate', 'high'],
  });
  type Input = Parameters<typeof action.handler>[0]['input'];

  const read = () =>
    directory.content({ path: 'workspace', shouldReadAsText: () => true });

  async function run(input: Partial<Input> = {}) {
    const output = jest.fn();
    await action.handler({
      ...createMockActionContext({
        workspacePath: directory.resolve('workspace'),
        templateInfo: {
          entityRef: 'template:default/a',
          baseUrl: `file://${directory.resolve('templates/a.yaml')}`,
        },
      }),
      createTemporaryDirectory: async () => directory.resolve('temporary'),
      input: {
        url: './build',
        ciSystem: 'gitlab',
        values: { service: 'payments' },
        ...input,
      },
      output,
    });
    return Object.fromEntries(output.mock.calls);
  }

  const library = (changes: object = {}) =>
    directory.setContent({
      workspace: { 'catalog-info.yaml': catalogInfo },
      templates: { build: { gitlab: { ...LIBRARY, ...changes } } },
    });

  beforeEach(() => library());

  it('assembles what fits the catalog file, records the versions, and does it again on a retry', async () => {
    const outputs = await run();
    expect(outputs).toEqual({
      path: '.gitlab-ci.yml',
      module: 'gitlab@1.2.0',
      snippets: [
        { id: 'node', version: '1.0.0' },
        { id: 'push', version: '1.0.0' },
      ],
    });
    const written = read();
    expect(written).toMatchObject({
      '.gitlab-ci.yml': `# the pipeline of payments
jobs:
  # runs

  npm: test
after:
    kubectl: payments
`,
    });
    const { '.four-keys.snippets.json': record } = written as Record<
      string,
      string
    >;
    expect(JSON.parse(record)).toEqual({
      module: 'gitlab',
      version: '1.2.0',
      path: '.gitlab-ci.yml',
      snippets: outputs.snippets,
    });
    expect(await run()).toEqual(outputs);
    expect(read()).toEqual(written);
  });

  it('takes what the step says before what the catalog file says', async () => {
    const { snippets } = await run({
      language: 'java',
      runtime: 'jvm@21',
      deployType: 'gitops',
      complianceLevel: 'high',
    });
    expect(snippets).toEqual([
      { id: 'jvm', version: '2.0.0' },
      { id: 'sign', version: '1.1.0' },
    ]);
  });

  it.each<[string, object, Partial<Input>]>([
    ['ciSystem is "jenkins", but the library has', {}, { ciSystem: 'jenkins' }],
    ['outside', {}, { ciSystem: '../..' }],
    ['outside', {}, { url: '../other' }],
    [
      'frame.yaml, line 1: ((service)) has no value; give it',
      {},
      { values: {} },
    ],
    [
      'values.service is "a; rm", it must be of',
      {},
      { values: { service: 'a; rm' } },
    ],
    ['complianceLevel is "max", it must be', {}, { complianceLevel: 'max' }],
    [
      'gitlab/module.yaml, line 6: snippets.0.version is "v1.0", it must be a version',
      { 'module.yaml': LIBRARY['module.yaml'].replace('1.0.0', 'v1.0') },
      {},
    ],
    [
      'gitlab/module.yaml, line 7: snippets.1.when.language is not a list',
      { 'module.yaml': LIBRARY['module.yaml'].replace('[java]', 'java') },
      {},
    ],
    ['gitlab/module.yaml, line 1:', { 'module.yaml': 'a: b: c\n' }, {}],
    [
      'gitlab/module.yaml names node.yml, which cannot be read',
      {
        'module.yaml': LIBRARY['module.yaml'].replace('node.yaml', 'node.yml'),
      },
      {},
    ],
    [
      'frame.yaml has no slot test, which the snippet node is for',
      { 'frame.yaml': 'a: b\n# four-keys:slot after\n' },
      {},
    ],
  ])(
    'says %s, and leaves the workspace as it was',
    async (message, changes, input) => {
      library(changes);
      const before = read();
      await expect(run(input)).rejects.toThrow(message);
      expect(read()).toEqual(before);
    },
  );

  it('takes the pipeline back when the record of its snippets cannot be written', async () => {
    library({
      'module.yaml': LIBRARY['module.yaml'].replace(
        '.gitlab-ci.yml',
        'ci/deep/pipeline.yml',
      ),
    });
    // A folder where the record is to be.
    directory.addContent({
      'workspace/.four-keys.snippets.json': { 'a.txt': 'mine' },
    });
    const before = read();
    await expect(run()).rejects.toThrow('EISDIR');
    expect(read()).toEqual(before);
  });

  it('never overwrites another pipeline', async () => {
    directory.addContent({ 'workspace/.gitlab-ci.yml': 'mine: {}\n' });
    const before = read();
    await expect(run()).rejects.toThrow(
      '.gitlab-ci.yml is there already and differs; remove it from the skeleton',
    );
    expect(read()).toEqual(before);
  });
});
