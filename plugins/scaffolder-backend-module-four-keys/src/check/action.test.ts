import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import {
  DEFAULT_ANNOTATION_RULES,
  validateEvent,
  type EventEnvelope,
} from '@four-keys/backstage-plugin-four-keys-common';
import { createPolicyEngine, type PolicyEngine } from '@four-keys/policies';
import { parse } from 'yaml';
import { correlationIdOf } from '../correlation';
import { createCheckAction } from './action';
import { checkExamples } from './examples';

const repository = {
  'catalog-info.yaml': `kind: Component
metadata:
  name: payments-api
  annotations:
    four-keys.dev/runtime: nodejs@22
    four-keys.dev/deploy-type: kubernetes
    four-keys.dev/compliance-level: moderate
    four-keys.dev/telemetry-key: acme/payments
spec: { type: service, owner: payments }
`,
  Dockerfile: 'FROM node\n',
  '.gitlab-ci.yml': `all:
  script:
    - syft a
    - trivy image a
    - trivy fs .
    - cosign sign a
`,
};

describe('four-keys:check', () => {
  const directory = createMockDirectory();
  let engine: PolicyEngine;
  let published: EventEnvelope[];
  let collectorIsDown: boolean;

  beforeAll(async () => {
    engine = await createPolicyEngine();
  });

  beforeEach(() => {
    published = [];
    collectorIsDown = false;
    directory.setContent({ workspace: repository });
  });

  async function run(
    input: Record<string, unknown> = {},
    rest: Record<string, unknown> = {},
  ) {
    const action = createCheckAction({
      engine,
      events: {
        publish: async events => {
          if (collectorIsDown) {
            throw new Error('no transport takes events');
          }
          published.push(...events);
          return { accepted: events.length, rejected: [] };
        },
      },
      typePrefix: 'dev.fourkeys',
      settings: {},
      rules: DEFAULT_ANNOTATION_RULES,
    });
    const logger = mockServices.logger.mock();
    const output = jest.fn();
    const before = directory.content({ shouldReadAsText: () => true });
    let problem: Error | undefined;
    await Promise.resolve(
      action.handler({
        ...createMockActionContext({
          workspacePath: directory.resolve('workspace'),
          task: { id: 'task-1' },
        }),
        checkpoint: async ({ fn }) => fn(),
        input,
        logger,
        output,
        ...rest,
      }),
    ).catch(error => {
      problem = error;
    });
    expect(directory.content({ shouldReadAsText: () => true })).toEqual(before);
    const lines = [...logger.info.mock.calls, ...logger.warn.mock.calls].map(
      ([line]) => String(line),
    );
    return {
      log: lines.join('\n'),
      output: Object.fromEntries(output.mock.calls),
      problem: problem?.message,
    };
  }

  it('warns for a test environment: in the log, the output and as events', async () => {
    const { output, log, problem } = await run({ environment: 'test' });
    expect(problem).toBeUndefined();
    expect(output).toMatchObject({
      outcome: 'warn',
      environment: 'test',
      complianceLevel: 'moderate',
    });
    expect(log).toContain('pass sbom-step: The pipeline writes a bill of');
    expect(log).toContain('skip model-governance');
    expect(log).toContain('warn pinned-base-images: Base images are pinned');
    expect(log).toContain('  Dockerfile:1 node is not pinned');
    expect(output.summary).toContain(
      '- **warn**: Base images are pinned\n  - Dockerfile:1 node is not pinned',
    );

    const events = published.map(event => {
      expect(validateEvent(event, { now: Date.now() }).ok).toBe(true);
      return event.data;
    });
    expect(events.map(({ policy_id }) => policy_id)).toEqual([
      'dependency-scan-step',
      'image-scan-step',
      'pinned-base-images',
      'required-annotations',
      'sbom-step',
      'signature-step',
    ]);
    expect(events[2]).toEqual({
      correlation_id: correlationIdOf('task-1'),
      run_id: 'task-1',
      service_id: 'payments-api',
      policy_id: 'pinned-base-images',
      outcome: 'warn',
      mode: 'warn',
      environment: 'test',
      reasons: [expect.stringMatching(/^Dockerfile:1 node is not pinned/)],
    });
    const first = published.map(({ id }) => id);
    published = [];
    await run({ environment: 'test' });
    expect(published.map(({ id }) => id)).toEqual(first);
  });

  it('fails for production with every reason and remedy, after it has reported', async () => {
    const { problem, output } = await run();
    expect(problem).toMatch(/^1 of 9 policies fail for production:\n/);
    expect(problem).toContain(
      'pinned-base-images: Base images are pinned. Name',
    );
    expect(problem).toContain('\n  Dockerfile:1 node is not pinned');
    expect(output.outcome).toBe('fail');
    expect(published).toHaveLength(6);
    expect((await run({ complianceLevel: 'none' })).output.outcome).toBe(
      'warn',
    );
  });

  it('reports nothing in a dry run, and decides without the collector', async () => {
    expect((await run({}, { isDryRun: true })).problem).toContain('fail');
    expect(published).toEqual([]);
    collectorIsDown = true;
    const { problem, log } = await run({ environment: 'dev' });
    expect(problem).toBeUndefined();
    expect(log).toContain('The outcomes were not reported: no transport');
  });

  it('names what is wrong with its input', async () => {
    expect((await run({ targetPath: '../..' })).problem).toContain('outside');
    expect((await run({ catalogInfoPath: 'a.yaml' })).problem).toContain(
      'a.yaml is not there',
    );
    expect((await run({ complianceLevel: 'max' })).problem).toContain(
      'The compliance level is "max", it must be one of none, low',
    );
    directory.addContent({ 'workspace/deploy/a.yaml': 'a: b: c\n' });
    expect((await run()).problem).toMatch(/^deploy\/a.yaml, line 1: /);
    expect((await run({ exclude: ['deploy/*'] })).output.outcome).toBe('fail');
    const signal = AbortSignal.abort(new Error('cancelled'));
    expect((await run({}, { signal })).problem).toBe('cancelled');
  });

  it('has examples that are steps of this action', () => {
    for (const { example } of checkExamples) {
      expect(parse(example).steps[0].action).toBe('four-keys:check');
    }
  });
});
