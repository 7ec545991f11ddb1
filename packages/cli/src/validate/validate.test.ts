import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  describeViolation,
  readAnnotationRules,
  validateCatalog,
} from '@four-keys/backstage-plugin-four-keys-common';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { useFolders } from '../__testUtils__/folder';
import { testRuntime } from '../__testUtils__/runtime';
import { reportFailure } from '../runtime';
import { readEntities } from './entities';
import type { Finding } from './finding';
import { runValidate, type ValidateFlags } from './run';

const newFolder = useFolders();

const SARIF_SCHEMA = require.resolve(
  '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
);

const CATALOG = `# The shop
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: orders
  annotations:
    four-keys.dev/runtime: nodejs@22
    four-keys.dev/deploy-type: "Kubernets"
    four-keys.dev/compliance-level: low
    four-keys.dev/telemtery-key: acme/shop
spec: { type: service, owner: blue, lifecycle: production }
---
# Nothing is asked of it.
kind: System
metadata: { name: shop }
---
kind: Component
metadata:
  name: basket
  annotations: { four-keys.dev/service-id: orders }
spec: { type: library, owner: blue, lifecycle: experimental }
`;

const RULES = { mode: { default: 'warn', production: 'enforce' } };

/** Runs the command in a folder with these files. */
async function validate(
  files: Record<string, string>,
  args: string,
  options: { env?: Record<string, string>; folder?: string } = {},
) {
  const cwd = options.folder ?? (await newFolder());
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), text);
  }
  const runtime = testRuntime({ cwd, env: options.env });
  const { positionals, values } = parseArgs({
    args: args.split(' ').filter(Boolean),
    allowPositionals: true,
    options: {
      config: { type: 'string', multiple: true, default: [] },
      format: { type: 'string', default: 'text' },
      output: { type: 'string', default: '-' },
      strict: { type: 'boolean' },
    },
  });
  try {
    await runValidate(positionals, values as ValidateFlags, runtime);
  } catch (error) {
    runtime.setExitCode(reportFailure(error, runtime));
  }
  return { ...runtime.output, cwd };
}

const appConfig = (catalog: object) =>
  stringify({ app: { title: 'A' }, fourKeys: { catalog } });

describe('four-keys validate', () => {
  it('tells every problem of every document with its place, and how to mend it', async () => {
    const { out, err, exitCode } = await validate(
      { 'catalog-info.yaml': CATALOG, 'app-config.yaml': appConfig(RULES) },
      '',
    );
    const lines = out.trimEnd().split('\n');
    expect(lines.map(line => line.split(', expected')[0])).toEqual([
      'catalog-info.yaml:6:3: error: component:default/orders: four-keys.dev/telemetry-key is missing',
      'catalog-info.yaml:6:3: error: component:default/orders: four-keys.dev/service-id is "orders"',
      'catalog-info.yaml:8:32: error: component:default/orders: four-keys.dev/deploy-type is "Kubernets"',
      'catalog-info.yaml:10:5: error: component:default/orders: four-keys.dev/telemtery-key is "acme/shop"',
      'catalog-info.yaml:20:44: warning: component:default/basket: four-keys.dev/service-id is "orders"',
    ]);
    expect(lines[2]).toMatch(
      /Did you mean "kubernetes"\? Change .* See https:.*#deploy-type \[invalid_value\]$/,
    );
    expect(lines[3]).toContain('Did you mean four-keys.dev/telemetry-key?');
    expect(err).toBe('four-keys: 3 entities in 1 file: 4 errors, 1 warning\n');
    expect(exitCode).toBe(1);
  });

  it('says the same as the check of the catalog, whatever the annotations', async () => {
    const rules = readAnnotationRules(RULES);
    const names = [
      'four-keys.dev/risk',
      'four-keys.dev/runtme',
      'four-keys.dev/owner',
      'four-keys.dev/service-id',
      'backstage.io/x',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            kind: fc.constantFrom('Component', 'API', 'MLModel'),
            name: fc.constantFrom('a', 'b', 'c'),
            annotations: fc.dictionary(
              fc.constantFrom(...names),
              fc.oneof(fc.string(), fc.constantFrom('low', 'a', 'b'), fc.nat()),
            ),
            lifecycle: fc.constantFrom('production', 'experimental'),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        async made => {
          const entities = [
            ...new Map(
              made.map(({ kind, name, annotations, lifecycle }) => [
                `${kind} ${name}`,
                {
                  kind,
                  metadata: { name, annotations },
                  spec: { type: 'service', owner: 'blue', lifecycle },
                },
              ]),
            ).values(),
          ];
          const { out } = await validate(
            {
              'all.yaml': entities.map(one => stringify(one)).join('---\n'),
              'rules.yaml': stringify(RULES),
            },
            'all.yaml --config rules.yaml --format json',
          );
          const { findings } = JSON.parse(out) as { findings: Finding[] };
          const expected = validateCatalog(entities, rules);
          expect(findings.map(({ message }) => message).sort()).toEqual(
            expected.map(describeViolation).sort(),
          );
          expect(findings.filter(one => one.level === 'error')).toHaveLength(
            expected.filter(one => one.mode === 'enforce').length,
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  it('writes SARIF that its schema accepts, with places and fingerprints that outlive a new line above', async () => {
    const ajv = new Ajv({ strict: false, unicodeRegExp: false });
    addFormats(ajv);
    const accepts = ajv.compile(
      JSON.parse(await readFile(SARIF_SCHEMA, 'utf8')),
    );
    const sarif = async (text: string) => {
      const { cwd, out, exitCode } = await validate(
        { 'deep dir/catalog-info.yaml': text, 'r.yaml': stringify(RULES) },
        '--config r.yaml --format sarif --output report.sarif',
      );
      expect({ out, exitCode }).toEqual({ out: '', exitCode: 1 });
      const log = JSON.parse(await readFile(join(cwd, 'report.sarif'), 'utf8'));
      accepts(log);
      expect(accepts.errors).toBeNull();
      return log.runs[0];
    };
    const run = await sarif(CATALOG);
    expect(run.results).toHaveLength(5);
    const [, , value] = run.results;
    expect(value).toMatchObject({
      ruleId: 'invalid_value',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'deep%20dir/catalog-info.yaml' },
            region: {
              startLine: 8,
              startColumn: 32,
              endLine: 8,
              endColumn: 43,
            },
          },
          logicalLocations: [
            { fullyQualifiedName: 'component:default/orders' },
          ],
        },
      ],
    });
    expect(run.tool.driver.rules[value.ruleIndex].id).toBe('invalid_value');
    const moved = await sarif(`# One line more\n${CATALOG}`);
    const prints = ({ results }: { results: Array<object> }) =>
      results.map(result =>
        Object.entries(result).find(([name]) => name.startsWith('partial')),
      );
    expect(prints(moved)).toEqual(prints(run));
  });

  it('reports what is no entity or no YAML with its line, and checks the rest', async () => {
    const { out, exitCode } = await validate(
      {
        'a.yaml': `kind: Component\nmetadata:\n  name: 7\n---\n- a list\n---\nmetadata: { name: x }\n---\nkind: API\nmetadata:\n  name: y\n  tags: none\n  annotations: [a]\n---\n\n---\nkind: API\nmetadata: { name: z, annotations: { four-keys.dev/risk: huge } }\n`,
        'b.yaml': 'kind: Component\nmetadata:\n  name: a: b\n',
      },
      'a.yaml b.yaml',
    );
    expect(
      out
        .trimEnd()
        .split('\n')
        .map(line => line.replace(/(, expected.*)?(at line.*)? \[/, ' [')),
    ).toEqual([
      'a.yaml:3:9: error: metadata.name is missing or no text [not_an_entity]',
      'a.yaml:5:1: error: The document is no map [not_an_entity]',
      'a.yaml:7:1: error: kind is missing or no text [not_an_entity]',
      'a.yaml:13:16: error: metadata.annotations is no map [not_an_entity]',
      expect.stringMatching(
        /^a\.yaml:18:\d+: warning: api:default\/z: four-keys\.dev\/risk is "huge" \[invalid_value\]$/,
      ),
      expect.stringMatching(
        /^b\.yaml:3:\d+: error: The file is no YAML: .* \[invalid_yaml\]$/,
      ),
    ]);
    expect(exitCode).toBe(1);
  });

  it('answers 0, 1 or 2: nothing in the way, something to mend, no check made', async () => {
    const tidy = 'kind: Component\nmetadata: { name: a }\nspec: {}\n';
    const warned = `${tidy}---\nkind: API\nmetadata: { name: b, annotations: { four-keys.dev/x: y } }\n`;
    const code = async (
      files: Record<string, string>,
      args: string,
    ): Promise<[number, string]> => {
      const { exitCode, err } = await validate(files, args);
      return [exitCode, err.replace(/below \/\S+;/, 'below here;')];
    };
    expect(await code({ 'a.yaml': tidy }, '*.yaml')).toEqual([
      0,
      'four-keys: 1 entity in 1 file: nothing to mend\n',
    ]);
    expect((await code({ 'a.yaml': warned }, '*.yaml'))[0]).toBe(0);
    expect((await code({ 'a.yaml': warned }, '*.yaml --strict'))[0]).toBe(1);
    expect(await code({ 'a.yaml': tidy }, 'b.yaml')).toEqual([
      2,
      'four-keys: b.yaml names no file below here; name a catalog file, or a glob in quotes\n',
    ]);
    expect(await code({ 'a.yaml': tidy }, 'a.yaml --config no.yaml')).toEqual([
      2,
      expect.stringContaining('--config no.yaml cannot be read'),
    ]);
    expect(
      await code(
        { 'a.yaml': tidy, 'r.yaml': 'mode: strict\n' },
        'a.yaml --config r.yaml',
      ),
    ).toEqual([
      2,
      'four-keys: r.yaml: fourKeys.catalog.mode is "strict", it must be one of off, warn, enforce\n',
    ]);
    expect(
      await code(
        {
          'a.yaml': tidy,
          'r.yaml': appConfig({ rules: { $include: './rules.yaml' } }),
        },
        'a.yaml --config r.yaml',
      ),
    ).toEqual([
      2,
      expect.stringContaining('fourKeys.catalog.rules uses $include'),
    ]);
  });

  it('merges configurations as Backstage does, variables filled in', async () => {
    const entity =
      'kind: API\nmetadata: { name: a }\nspec: { lifecycle: production }\n';
    const files = {
      'a.yaml': entity,
      'one.yaml': appConfig({
        mode: '${MODE:-off}',
        rules: [{ require: ['slo'] }],
        docsUrl: 'https://one.example.com',
      }),
      'two.yaml': stringify({ docsUrl: 'https://two.example.com' }),
    };
    const args = 'a.yaml --config one.yaml --config two.yaml';
    expect((await validate(files, args)).out).toBe('');
    const { out } = await validate(files, args, { env: { MODE: 'enforce' } });
    expect(out).toContain('See https://two.example.com#slo');
    expect(out).toMatch(/^a\.yaml:2:1: error: /);
  });

  it('finds catalog files by itself, and none of what is installed', async () => {
    const entity = 'kind: API\nmetadata: { name: a }\n';
    const { err } = await validate(
      {
        'catalog-info.yaml': entity,
        'services/a/catalog-info.yml': entity,
        'node_modules/x/catalog-info.yaml': entity,
      },
      '',
    );
    expect(err).toContain('2 entities in 2 files');
  });

  it('reads any text without failing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .array(
              fc.constantFrom(
                'kind',
                ':',
                ' ',
                '\n',
                '- ',
                '{',
                '&a',
                '*a',
                '---\n',
                'metadata',
                'name',
                '"',
              ),
            )
            .map(parts => parts.join('')),
        ),
        text => {
          const { entities, problems } = readEntities(text);
          for (const { region } of problems) {
            expect(region.line).toBeGreaterThanOrEqual(1);
            expect(region.column).toBeGreaterThanOrEqual(1);
          }
          for (const { regionOf } of entities) {
            expect(regionOf('x', 'name').line).toBeGreaterThanOrEqual(1);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
