import {
  buildPolicyBundle,
  describeWithOpa,
  hashPolicies,
  POLICIES,
  POLICY_BUNDLE,
  POLICY_HASHES,
  startOpa,
  type OpaTestServer,
} from '@four-keys/dev';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  checkPolicies,
  createPolicyEngine,
  readPolicySettings,
  type PolicyEngine,
  type PolicyReport,
} from '.';
import {
  faults,
  good,
  otherPipelines,
  without,
  type Repository,
} from './__fixtures__/repositories';
import { readBundle } from './engine/bundle';

// The first run on a machine builds OPA.
jest.setTimeout(300_000);

const folders: string[] = [];

async function write(repository: Repository): Promise<string> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'four-keys-policies-'));
  folders.push(root);
  for (const [file, text] of Object.entries(repository)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

afterAll(async () => {
  await Promise.all(
    folders.map(folder => rm(folder, { recursive: true, force: true })),
  );
});

const outcomes = ({ policies }: PolicyReport) =>
  Object.fromEntries(policies.map(({ id, outcome }) => [id, outcome]));

const findingsOf = ({ policies }: PolicyReport, id: string) =>
  policies
    .find(policy => policy.id === id)!
    .findings.map(({ file, line, message }) => `${file}:${line} ${message}`);

/** Every policy, whoever evaluates it. */
function evaluates(engineOf: () => PolicyEngine) {
  const check = async (
    repository: Repository,
    options: Partial<Parameters<typeof checkPolicies>[0]> = {},
  ) =>
    checkPolicies({
      engine: engineOf(),
      root: await write(repository),
      ...options,
    });

  it('finds no fault with a good repository, and skips what is not there', async () => {
    const report = await check(good);
    expect(report).toMatchObject({
      outcome: 'pass',
      environment: 'production',
      level: 'high',
      serviceId: 'payments',
      leftAlone: [],
    });
    expect(outcomes(report)).toEqual({
      ...Object.fromEntries(faults.map(([policy]) => [policy, 'pass'])),
      'model-governance': 'skip',
    });
    for (const { title, reason, remedy } of report.policies) {
      expect([title, reason, remedy]).not.toContain('');
    }
    expect(new Set(Object.values(outcomes(await check({}))))).toEqual(
      new Set(['skip']),
    );
  });

  it.each(faults)(
    '%s finds what is wrong, with file and line',
    async (policy, repository, expected) => {
      const report = await check(repository);
      expect(report.outcome).toBe('fail');
      const findings = findingsOf(report, policy);
      expect(findings).toEqual(
        expected.map(start => expect.stringContaining(start)),
      );
      const others = report.policies.filter(
        ({ id, outcome }) => id !== policy && outcome === 'fail',
      );
      expect(others.map(({ id }) => id)).toEqual(
        policy === 'model-governance' ? ['required-annotations'] : [],
      );
    },
  );

  it.each(Object.entries(otherPipelines))(
    'understands %s',
    async (_, pipeline) => {
      const { '.github/workflows/ci.yml': replaced, ...rest } = good;
      expect(replaced).toBeDefined();
      expect((await check({ ...rest, ...pipeline })).policies).toEqual(
        (await check(good)).policies,
      );
      const bare = await check(rest);
      expect(findingsOf(bare, 'signature-step')).toEqual([
        'Dockerfile:1 there is no pipeline, so that nothing signs the image',
      ]);
    },
  );
}

describe('the policies in process', () => {
  let engine: PolicyEngine;

  beforeAll(async () => {
    engine = await createPolicyEngine();
  });

  evaluates(() => engine);

  it('enforces by environment and compliance level, and as the settings say', async () => {
    const [, repository] = faults.find(([id]) => id === 'iac-scan-step')!;
    const root = await write(repository);
    const outcome = async (
      environment: string,
      level: string,
      settings: unknown = undefined,
    ) => {
      const report = await checkPolicies({
        engine,
        root,
        environment,
        level,
        settings: readPolicySettings(settings),
      });
      return outcomes(report)['iac-scan-step'];
    };
    expect(await outcome('dev', 'high')).toBe('warn');
    expect(await outcome('staging', 'high')).toBe('fail');
    expect(await outcome('Production', 'moderate')).toBe('fail');
    expect(await outcome('production', 'low')).toBe('warn');

    expect(await outcome('dev', 'high', { mode: 'enforce' })).toBe('fail');
    expect(await outcome('qa', 'high', { mode: { default: 'off' } })).toBe(
      'skip',
    );
    expect(await outcome('production', 'high', { mode: { test: 'off' } })).toBe(
      'fail',
    );
    const own = (rule: object) => ({ rules: { 'iac-scan-step': rule } });
    expect(await outcome('production', 'high', own({ mode: 'warn' }))).toBe(
      'warn',
    );
    expect(
      await outcome('production', 'low', own({ mandatoryFrom: 'none' })),
    ).toBe('fail');
    expect(
      await outcome('dev', 'none', own({ mode: { dev: 'enforce' } })),
    ).toBe('fail');
    await expect(
      outcome('dev', 'none', { rules: { 'iac-scan': {} } }),
    ).rejects.toThrow(
      'fourKeys.policies.rules.iac-scan names no policy of the bundle, which has dependency-scan-step,',
    );
    await expect(outcome('dev', 'extreme')).rejects.toThrow(
      'The compliance level is "extreme", it must be one of none, low,',
    );
  });

  it.each([
    [{ mode: 'strict' }, 'fourKeys.policies.mode: must be one of off, warn,'],
    [{ modes: {} }, 'fourKeys.policies: Unrecognized key: "modes"'],
    [{ opa: { url: 'opa' } }, 'fourKeys.policies.opa.url: Invalid URL'],
    [{ rules: { a: { mode: 1 } } }, 'fourKeys.policies.rules.a.mode: must be'],
  ])('refuses the settings %j and names the key', (settings, message) => {
    expect(() => readPolicySettings(settings)).toThrow(message);
  });

  it('accepts a whole version below the highest level, and no moving tag', async () => {
    const root = await write(
      without({
        Dockerfile: `FROM node:22.11.0-alpine3.20
FROM registry.example.com:5000/base:v1.2.3
FROM debian:bookworm-20261101-slim
FROM scratch
FROM node:22
FROM node:22.11
FROM node:latest
FROM registry.example.com:5000/base
`,
      }),
    );
    const report = await checkPolicies({ engine, root, level: 'moderate' });
    expect(
      findingsOf(report, 'pinned-base-images').map(one => one.split(' ')[0]),
    ).toEqual([5, 6, 7, 8].map(line => `Dockerfile:${line}`));
  });

  it('says what it left alone, follows no link, and names the line it cannot read', async () => {
    const root = await write({
      ...good,
      'chart/templates/a.yaml': 'replicas: {{ .Values.replicas }}\n',
      'big.yaml': `a: ${'x'.repeat(1024 * 1024)}\n`,
      'node_modules/a/Dockerfile': 'FROM a\n',
      'vendor/Dockerfile': 'FROM a\n',
    });
    await symlink('/etc/hostname', path.join(root, 'hostname.yaml'));
    const { outcome, leftAlone } = await checkPolicies({ engine, root });
    expect(outcome).toBe('pass');
    expect(leftAlone).toEqual([
      { file: 'big.yaml', reason: 'it is larger than 1 MiB' },
      {
        file: 'chart/templates/a.yaml',
        reason: 'it is a template, not YAML',
      },
      { file: 'hostname.yaml', reason: 'it is a link' },
    ]);

    writeFileSync(path.join(root, 'deploy/bad.yaml'), 'a:\n  b: c: d\n');
    await expect(checkPolicies({ engine, root })).rejects.toThrow(
      /^deploy\/bad.yaml, line 2: .*Correct the file, or exclude it from/,
    );
    const excluding = { engine, root, exclude: ['**/bad.yaml'] };
    expect((await checkPolicies(excluding)).outcome).toBe('pass');
    await expect(
      checkPolicies({ ...excluding, catalogFile: 'catalog.yaml' }),
    ).rejects.toThrow('catalog.yaml is not there');
    await expect(
      checkPolicies({
        ...excluding,
        signal: AbortSignal.abort(new Error('x')),
      }),
    ).rejects.toThrow('x');
  });

  it('says what is wrong with a bundle', async () => {
    await expect(
      createPolicyEngine({ bundle: '/nowhere.tar.gz' }),
    ).rejects.toThrow('The bundle /nowhere.tar.gz cannot be read: ENOENT');
    const root = await write({ 'a.tar.gz': 'no archive' });
    await expect(
      createPolicyEngine({ bundle: path.join(root, 'a.tar.gz') }),
    ).rejects.toThrow('name a file that "opa build -t wasm');
  });

  it('comes with a bundle of the policies as they stand in the examples: npm run policies', async () => {
    expect(JSON.parse(await readFile(POLICY_HASHES, 'utf8'))).toEqual(
      await hashPolicies(POLICIES),
    );
  });
});

describeWithOpa('the policies on a real OPA server', () => {
  let server: OpaTestServer;

  beforeAll(async () => {
    server = await startOpa(POLICIES);
  });

  afterAll(() => server?.stop());

  const settings = () => ({ opa: { url: server.url } });
  let engine: PolicyEngine;
  beforeAll(async () => {
    engine = await createPolicyEngine(settings());
  });

  evaluates(() => engine);

  it('says so when the server lacks the policies, is not there, or takes too long', async () => {
    const root = await write(good);
    const check = async (opa: object) =>
      checkPolicies({
        engine: await createPolicyEngine(
          readPolicySettings({ opa: { ...settings().opa, ...opa } }),
        ),
        root,
      });
    await expect(check({ document: 'other/report' })).rejects.toThrow(
      'has no document other/report; load the bundle of the policies into it',
    );
    await expect(check({ url: 'http://127.0.0.1:1' })).rejects.toThrow(
      /asked at http:\/\/127\.0\.0\.1:1\/v1.*mend fourKeys\.policies\.opa/,
    );
    await expect(check({ document: 'four_keys/lib' })).rejects.toThrow(
      'The report of the policies in',
    );
  });

  it('compiles to the very module that is committed: npm run policies', async () => {
    const output = path.join(await write({}), 'bundle.tar.gz');
    await buildPolicyBundle({ folder: POLICIES, output });
    const [built, committed] = await Promise.all([
      readBundle(output),
      readBundle(POLICY_BUNDLE),
    ]);
    expect(
      built.get('/policy.wasm')?.equals(committed.get('/policy.wasm')!),
    ).toBe(true);
  });

  it('runs a bundle of one’s own, and refuses one that answers something else', async () => {
    const own = await write({
      'report.rego': `package four_keys

report contains {
	"id": "readme",
	"title": "There is a readme",
	"reason": "People read it.",
	"remedy": "Write one.",
	"applies": true,
	"findings": [{"file": "README.md", "message": sprintf("for %s", [input.parameters.name])}],
}
`,
    });
    const bundle = path.join(own, 'own.tar.gz');
    await buildPolicyBundle({ folder: own, output: bundle });
    const report = await checkPolicies({
      engine: await createPolicyEngine({ bundle }),
      root: await write({}),
      parameters: { name: 'payments' },
    });
    expect(findingsOf(report, 'readme')).toEqual(['README.md:1 for payments']);

    writeFileSync(
      path.join(own, 'report.rego'),
      'package four_keys\n\nreport := [1]\n',
    );
    await buildPolicyBundle({ folder: own, output: bundle });
    const engine2 = await createPolicyEngine({ bundle });
    await expect(
      checkPolicies({ engine: engine2, root: await write({}) }),
    ).rejects.toThrow('is not as expected at "0"');
    await expect(
      buildPolicyBundle({
        folder: await write({ 'a.rego': 'package' }),
        output: bundle,
      }),
    ).rejects.toThrow('opa check says:');
  });
});
