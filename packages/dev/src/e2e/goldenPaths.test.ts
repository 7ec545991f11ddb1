import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describeWith } from '../describeWith';
import { runTemplate } from '../example/runTemplate';
import { inRepository } from '../repository';
import { LINTERS, lintManifests } from './__testUtils__/lint';
import { eventually, Portal, startPortal } from './portal';

jest.setTimeout(300_000);

const run = promisify(execFile);

/** How the pipelines of all systems call the command line once it is published. */
const PUBLISHED = 'npx --yes @four-keys/cli';
const LOCAL = `"${process.execPath}" "${inRepository(
  'packages',
  'cli',
  'bin',
  'four-keys',
)}"`;

interface GoldenPath {
  readonly template: string;
  readonly lineage: string;
  readonly version: string;
  readonly name: string;
  readonly ciSystem: string;
  readonly deployType: string;
  readonly pipeline: string;
  readonly more?: object;
  /** What the CI system sets. */
  readonly env: (commit: string) => Record<string, string>;
}

const PATHS: readonly GoldenPath[] = [
  {
    template: 'golden-path-node',
    lineage: 'node-service',
    version: '2.0.0',
    name: 'orders-api',
    ciSystem: 'github-actions',
    deployType: 'kubernetes',
    pipeline: '.github/workflows/delivery.yaml',
    env: commit => ({
      GITHUB_ACTIONS: 'true',
      GITHUB_SHA: commit,
      GITHUB_RUN_ID: '1001',
      GITHUB_REPOSITORY: 'example/orders-api',
      GITHUB_REF_NAME: 'main',
      GITHUB_SERVER_URL: 'https://git.example.com',
    }),
  },
  {
    template: 'golden-path-spring-boot',
    lineage: 'spring-boot-service',
    version: '1.0.0',
    name: 'ledger-api',
    ciSystem: 'gitlab-ci',
    deployType: 'gitops',
    pipeline: '.gitlab-ci.yml',
    env: commit => ({
      GITLAB_CI: 'true',
      CI_COMMIT_SHA: commit,
      CI_PIPELINE_ID: '2001',
      CI_PROJECT_PATH: 'example/ledger-api',
      CI_COMMIT_BRANCH: 'main',
      CI_JOB_STATUS: 'success',
      CI_SERVER_URL: 'https://git.example.com',
    }),
  },
  {
    template: 'golden-path-ml',
    lineage: 'ml-service',
    version: '1.0.0',
    name: 'fraud-model',
    ciSystem: 'tekton',
    deployType: 'kubernetes',
    pipeline: '.tekton/delivery.yaml',
    more: { review: 'MR-2026-014' },
    env: commit => ({
      TEKTON_PIPELINE_RUN: 'run-3001',
      TEKTON_COMMIT_SHA: commit,
      TEKTON_STATUS: 'Succeeded',
    }),
  },
];

describe('the golden paths', () => {
  let portal: Portal;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'four-keys-golden-'));
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

  const repositoryOf = ({ name }: GoldenPath) =>
    path.join(folder, 'repositories', name);

  const read = (golden: GoldenPath, file: string) =>
    readFile(path.join(repositoryOf(golden), file), 'utf8');

  /** Every command that reports, in the order of the pipeline. */
  async function reportingCommands(golden: GoldenPath): Promise<string[]> {
    const text = await read(golden, golden.pipeline);
    return text
      .split('\n')
      .filter(line => line.includes(`${PUBLISHED} emit`))
      .map(line => line.slice(line.indexOf(PUBLISHED)))
      .filter(command => !command.includes('--status failure'));
  }

  /** Fills in the form, and fails where the run does or a policy warns. */
  async function scaffold(golden: GoldenPath) {
    const { status, events } = await runTemplate(
      portal,
      `template:default/${golden.template}`,
      {
        name: golden.name,
        description: 'Made by a test: "quoted"',
        owner: 'group:default/maintainers',
        complianceLevel: 'moderate',
        telemetryProject: 'examples',
        ciSystem: golden.ciSystem,
        deployType: golden.deployType,
        modelVersion: '0.1',
        classification: 'internal',
        endpoint: 'https://models.example.com/v1/score',
        ...golden.more,
      },
    );
    const log = events.map(({ body }) => body.message).join('\n');
    expect(`${status}\n${log}`).toMatch(/^completed\n/);
    expect(log).not.toMatch(/(warn|fail) [a-z-]+-/);
  }

  /** What is wrong with the pipeline, and whether it does what it must. */
  async function expectDelivery(golden: GoldenPath) {
    const pipeline = await read(golden, golden.pipeline);
    expect([golden.name, LINTERS[golden.ciSystem](pipeline)]).toEqual([
      golden.name,
      [],
    ]);
    for (const word of ['syft', 'trivy image', 'cosign sign', 'four-keys']) {
      expect(pipeline).toContain(word);
    }
    expect(pipeline.toLowerCase().replace(/_/g, '-')).toContain(
      'four-keys-correlation-id',
    );
    const record = JSON.parse(await read(golden, '.four-keys.snippets.json'));
    expect(record).toMatchObject({
      module: golden.ciSystem,
      path: golden.pipeline,
    });
    expect(record.snippets.map(({ id }: { id: string }) => id)).toContain(
      'sign',
    );
    expect(await reportingCommands(golden)).toHaveLength(3);
  }

  describe.each(PATHS)('$template on $ciSystem', golden => {
    it('is scaffolded as a person does it, and everything that comes out is valid', async () => {
      await scaffold(golden);

      const { body } = await portal.call(
        `/api/catalog/entities/by-name/component/default/${golden.name}`,
      );
      expect(body).not.toHaveProperty('status');
      expect(body).toMatchObject({
        metadata: {
          annotations: {
            'four-keys.dev/template': `${golden.lineage}@${golden.version}`,
          },
        },
      });

      await expectDelivery(golden);
      const manifests = (
        await readdir(path.join(repositoryOf(golden), 'deploy'), {
          recursive: true,
        })
      ).filter(file => /(?<!kustomization)\.yaml$/.test(file));
      expect(manifests.length).toBeGreaterThanOrEqual(2);
      for (const file of manifests) {
        expect([
          file,
          lintManifests(await read(golden, `deploy/${file}`)),
        ]).toEqual([file, []]);
      }
    });

    it('shows its lead time under the template version once its pipeline has reported', async () => {
      const cwd = repositoryOf(golden);
      const { stdout } = await run('git', ['rev-parse', 'HEAD'], { cwd });
      for (const command of await reportingCommands(golden)) {
        await run(
          '/bin/sh',
          [
            '-ec',
            `${command
              .replace(PUBLISHED, LOCAL)
              // What GitHub fills in before the shell sees it.
              .replace('${{ job.status }}', 'success')} --strict`,
          ],
          {
            cwd,
            env: {
              PATH: process.env.PATH,
              HOME: folder,
              FOUR_KEYS_URL: portal.url,
              FOUR_KEYS_TOKEN: portal.token,
              ...golden.env(stdout.trim()),
            },
          },
        );
      }
      const { body } = await eventually(
        () =>
          portal.call(
            `/api/four-keys/metrics?template=${golden.lineage}&templateVersion=${golden.version}&environment=production`,
          ),
        answer =>
          (answer.body as { metrics?: { leadTime: { status: string } } })
            .metrics?.leadTime.status === 'ok',
        30_000,
      );
      expect(body).toMatchObject({
        metrics: {
          leadTime: { count: 1, value: expect.any(Number) },
          deploymentFrequency: { count: 1 },
        },
      });
    });
  });

  it('has a valid pipeline of every CI system for every template', async () => {
    expect.hasAssertions();
    const others = PATHS.flatMap(golden =>
      PATHS.filter(({ ciSystem }) => ciSystem !== golden.ciSystem).map(
        ({ ciSystem, pipeline }): GoldenPath => ({
          ...golden,
          name: `${golden.name}-${ciSystem}`,
          ciSystem,
          pipeline,
        }),
      ),
    );
    await Promise.all(others.map(scaffold));
    for (const golden of others) {
      await expectDelivery(golden);
    }
  });

  it('notices a pipeline or manifest that is wrong', () => {
    expect(
      LINTERS['github-actions']('on: push\njobs: {a: {runs-onn: b}}\n'),
    ).not.toEqual([]);
    expect(LINTERS['gitlab-ci']('a: {script: [], when: maybe}\n')).not.toEqual(
      [],
    );
    const tekton = (task: string) =>
      LINTERS.tekton(
        `apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: p}\nspec: {tasks: [${task}]}\n`,
      );
    expect(tekton('{name: a, runAfter: [b]}')).toEqual([
      'runAfter names b, which is no task',
    ]);
    expect(tekton('{name: a, taskspec: {}}').join()).toContain('taskspec');
    expect(
      lintManifests(
        'apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: few}\n',
      ),
    ).not.toEqual([]);
  });

  it('runs the tests of the generated Node service', async () => {
    const { stdout } = await run('npm', ['test'], {
      cwd: repositoryOf(PATHS[0]),
    });
    expect(stdout).toMatch(/pass [1-9]/);
  });

  const has = (command: string, args: string[]) =>
    spawnSync(command, args, { stdio: 'ignore' }).status === 0;

  describeWith(
    has('mvn', ['-v'])
      ? undefined
      : 'The generated Spring Boot service is built with Maven, and there is none: install it and put mvn on the PATH',
    'with Maven',
    () => {
      it('runs the tests of the generated Spring Boot service', async () => {
        const cwd = repositoryOf(PATHS[1]);
        await run('mvn', ['-q', '--batch-mode', 'verify'], { cwd });
        expect(existsSync(path.join(cwd, 'target', 'service.jar'))).toBe(true);
      });
    },
  );

  describeWith(
    has('python3', ['--version'])
      ? undefined
      : 'The generated ML service is in Python, and there is none: install it and put python3 on the PATH',
    'with Python',
    () => {
      it('runs the tests of the generated ML service', async () => {
        const { stderr } = await run(
          'python3',
          ['-m', 'unittest', 'discover', '-s', 'tests', '-t', '.'],
          { cwd: repositoryOf(PATHS[2]) },
        );
        expect(stderr).toMatch(/Ran [1-9].*OK/s);
      });
    },
  );
});
