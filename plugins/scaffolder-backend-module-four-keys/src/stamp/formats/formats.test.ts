import fc from 'fast-check';
import { FORMAT_NAMES, FORMATS, type FormatName } from '.';
import { lineEndOf } from '../edits';
import { stampEnvFile } from '../envFile';
import type { StampValues } from '../values';

const values: StampValues = {
  correlationId: '01J8ZC7Q4V6K9R3T5XHJ0MYBND',
  serviceId: 'payments-api',
  templateId: 'node-service',
  templateVersion: '1.4.0',
  platformVersion: '2026.11',
  telemetryKey: 'acme/payments',
  url: 'http://localhost:7007',
};

const FILE: Readonly<Record<FormatName, string>> = {
  kustomize: 'kustomization.yaml',
  helm: 'values.yaml',
  githubActions: '.github/workflows/ci.yaml',
  gitlabCi: '.gitlab-ci.yml',
  tekton: 'tekton/pipeline.yaml',
  jenkins: 'Jenkinsfile',
  docker: 'Dockerfile',
  kubernetes: 'k8s/app.yaml',
};

const stamp = (format: FormatName, text: string, given = values) =>
  FORMATS[format].stamp(FILE[format], text, given);

const few: StampValues = {
  correlationId: values.correlationId,
  serviceId: 'shop/api',
};

describe('Kubernetes manifests', () => {
  it('has labels where a value may be one, else annotations, on resources and pods, never in selectors', () => {
    const text = `# The service
apiVersion: apps/v1
kind: Deployment
metadata:
  name: payments   # the one
  labels: &labels
    app: payments
spec:
  selector:
    matchLabels: *labels
  template:
    metadata:
      labels:
        app: payments
        four-keys.dev/correlation-id: "of another run"
    spec:
      containers: [{name: a, image: "a:1"}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers: []
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata:
      name: payments
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: not-a-manifest
`;
    const { text: stamped, fields } = stamp('kubernetes', text, few);
    expect(stamped).toBe(`# The service
apiVersion: apps/v1
kind: Deployment
metadata:
  name: payments   # the one
  annotations:
    four-keys.dev/correlation-id: 01J8ZC7Q4V6K9R3T5XHJ0MYBND
    four-keys.dev/service-id: shop/api
  labels: &labels
    app: payments
spec:
  selector:
    matchLabels: *labels
  template:
    metadata:
      annotations:
        four-keys.dev/service-id: shop/api
      labels:
        app: payments
        four-keys.dev/correlation-id: "01J8ZC7Q4V6K9R3T5XHJ0MYBND"
    spec:
      containers: [{name: a, image: "a:1"}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {"labels": {"four-keys.dev/correlation-id": "01J8ZC7Q4V6K9R3T5XHJ0MYBND"}, "annotations": {"four-keys.dev/service-id": "shop/api"}, name: nightly}
spec:
  jobTemplate:
    spec:
      template:
        metadata:
          labels:
            four-keys.dev/correlation-id: 01J8ZC7Q4V6K9R3T5XHJ0MYBND
          annotations:
            four-keys.dev/service-id: shop/api
        spec:
          containers: []
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata:
      name: payments
      labels:
        four-keys.dev/correlation-id: 01J8ZC7Q4V6K9R3T5XHJ0MYBND
      annotations:
        four-keys.dev/service-id: shop/api
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: not-a-manifest
`);
    expect(fields).toContain(
      'Deployment/payments pods labels four-keys.dev/correlation-id',
    );
    expect(stamp('kubernetes', stamped, few)).toEqual({
      text: stamped,
      fields: [],
    });
  });

  it('leaves sources of YAML alone, but not text that holds braces', () => {
    const manifest = (value: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: ${value}\n`;
    for (const source of ['{{ .Values.a }}', '{{- if a }}\n  {{ end }}']) {
      const text = manifest(source);
      expect(stamp('kubernetes', text)).toEqual({
        text,
        fields: [],
        leftAlone: expect.stringContaining('{{ }}'),
      });
    }
    expect(stamp('kubernetes', manifest("'{{inputs.a}}'")).text).toContain(
      'four-keys.dev/service-id: payments-api',
    );
  });
});

describe('pipelines and charts', () => {
  it.each<[FormatName, string, string]>([
    [
      'githubActions',
      'name: CI # all of it\n\non: [push]\njobs: {}\n',
      'name: CI # all of it\nenv:\n  FOUR_KEYS_SERVICE_ID: shop/api\n  FOUR_KEYS_CORRELATION_ID: 01J8ZC7Q4V6K9R3T5XHJ0MYBND\n\non: [push]\njobs: {}\n',
    ],
    [
      'gitlabCi',
      '# ours\nstages: [a]\nvariables:\n  A: !reference [b, c]\n',
      '# ours\nstages: [a]\nvariables:\n  FOUR_KEYS_SERVICE_ID: shop/api\n  FOUR_KEYS_CORRELATION_ID: 01J8ZC7Q4V6K9R3T5XHJ0MYBND\n  A: !reference [b, c]\n',
    ],
    [
      'gitlabCi',
      'spec:\n  inputs: {}\n---\njob: {script: a}\n',
      'spec:\n  inputs: {}\n---\nvariables:\n  FOUR_KEYS_SERVICE_ID: shop/api\n  FOUR_KEYS_CORRELATION_ID: 01J8ZC7Q4V6K9R3T5XHJ0MYBND\njob: {script: a}\n',
    ],
    [
      'kustomize',
      'resources: [a.yaml]\r\n',
      'commonAnnotations:\r\n  four-keys.dev/correlation-id: 01J8ZC7Q4V6K9R3T5XHJ0MYBND\r\n  four-keys.dev/service-id: shop/api\r\nresources: [a.yaml]\r\n',
    ],
    [
      'helm',
      '# nothing yet',
      '# nothing yet\nfourKeys:\n  serviceId: "shop/api"\n  correlationId: "01J8ZC7Q4V6K9R3T5XHJ0MYBND"\n',
    ],
    [
      'helm',
      'fourKeys: &f # ours\n  serviceId: shop/api\na: "*f" # *f?\n',
      'fourKeys: &f # ours\n  serviceId: shop/api\n  correlationId: 01J8ZC7Q4V6K9R3T5XHJ0MYBND\na: "*f" # *f?\n',
    ],
    [
      'helm',
      'fourKeys: {serviceId: old}\nreplicas: 2\n',
      'fourKeys: {"correlationId": "01J8ZC7Q4V6K9R3T5XHJ0MYBND", serviceId: shop/api}\nreplicas: 2\n',
    ],
    [
      'tekton',
      'apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata:\n  name: ci\nspec:\n  params:\n  - name: four-keys-service-id\n    default: "old" # set by us\n  tasks: []\n---\napiVersion: tekton.dev/v1\nkind: PipelineRun\nspec:\n  pipelineRef: {name: ci}\n',
      'apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata:\n  name: ci\nspec:\n  params:\n  - name: four-keys-correlation-id\n    type: string\n    default: "01J8ZC7Q4V6K9R3T5XHJ0MYBND"\n  - name: four-keys-service-id\n    default: "shop/api" # set by us\n  tasks: []\n---\napiVersion: tekton.dev/v1\nkind: PipelineRun\nspec:\n  params:\n    - name: four-keys-service-id\n      value: "shop/api"\n    - name: four-keys-correlation-id\n      value: "01J8ZC7Q4V6K9R3T5XHJ0MYBND"\n  pipelineRef: {name: ci}\n',
    ],
    [
      'jenkins',
      '// pipeline {\npipeline {\n  agent any\n  environment {\n    FOUR_KEYS_SERVICE_ID = "old" // ours\n    A = credentials(\'{\')\n  }\n}\n',
      "// pipeline {\npipeline {\n  agent any\n  environment {\n    FOUR_KEYS_CORRELATION_ID = '01J8ZC7Q4V6K9R3T5XHJ0MYBND'\n    FOUR_KEYS_SERVICE_ID = 'shop/api' // ours\n    A = credentials('{')\n  }\n}\n",
    ],
    [
      'jenkins',
      'pipeline { agent any }\n',
      "pipeline {\n    environment {\n        FOUR_KEYS_SERVICE_ID = 'shop/api'\n        FOUR_KEYS_CORRELATION_ID = '01J8ZC7Q4V6K9R3T5XHJ0MYBND'\n    }\n agent any }\n",
    ],
    [
      'docker',
      'FROM a AS build\nLABEL dev.four-keys.service-id=early\nRUN <<EOF\nFROM nowhere\nEOF\nFROM b\nLABEL x=y \\\n  # why\n  dev.four-keys.service-id=old\nCMD ["a"]',
      'FROM a AS build\nLABEL dev.four-keys.service-id=early\nRUN <<EOF\nFROM nowhere\nEOF\nFROM b\nLABEL x=y \\\n  # why\n  dev.four-keys.service-id="shop/api"\nCMD ["a"]\nLABEL dev.four-keys.correlation-id="01J8ZC7Q4V6K9R3T5XHJ0MYBND"\n',
    ],
  ])('stamps %s where it stands: %j', (format, before, after) => {
    const once = stamp(format, before, few);
    expect(once.text).toBe(after);
    expect(once.fields.length).toBeGreaterThan(0);
    expect(stamp(format, after, few)).toEqual({ text: after, fields: [] });
  });

  it.each<[FormatName, string, string]>([
    ['jenkins', 'node {\n  sh "a"\n}\n', 'no declarative pipeline'],
    ['docker', '# nothing\n', 'no FROM'],
    ['kubernetes', 'a: b\n', 'no Kubernetes resource'],
    ['tekton', 'kind: Task\nspec: {}\n', 'no Pipeline'],
    ['githubActions', 'name: {{ a }}\n', '{{ }}'],
  ])('leaves %s alone and says why: %j', (format, text, reason) => {
    expect(stamp(format, text)).toEqual({
      text,
      fields: [],
      leftAlone: expect.stringContaining(reason),
    });
  });

  it.each<[FormatName, string, number]>([
    ['kubernetes', 'kind: A\nmetadata: [\n', 3],
    [
      'kubernetes',
      'apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  labels: text\n',
      5,
    ],
    ['kustomize', '- a\n', 1],
    ['helm', 'a: b\nfourKeys: 5\n', 2],
    ['helm', 'a: b\nfourKeys: &f {c: d}\ne: [*f]\n', 2],
    ['githubActions', 'name: a\nenv:\n  FOUR_KEYS_SERVICE_ID: [a]\n', 3],
    ['gitlabCi', 'x: &v {a: b}\nvariables: *v\n', 2],
    [
      'tekton',
      'apiVersion: tekton.dev/v1\nkind: Pipeline\nspec:\n  params:\n    - name: four-keys-service-id\n',
      5,
    ],
    ['jenkins', 'pipeline {\n  stages {\n}\n', 1],
    [
      'jenkins',
      'pipeline {\n  environment {\n    FOUR_KEYS_SERVICE_ID = a()\n  }\n}\n',
      3,
    ],
    ['docker', 'FROM a\nRUN a \\\n', 2],
  ])('refuses %s that cannot be stamped: %j, line %i', (format, text, line) => {
    expect(() => stamp(format, text)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining(`${FILE[format]}, line ${line}: `),
      }),
    );
  });
});

const blank = fc.constantFrom('', '# a comment', '  # an indented comment');
const label = fc.constantFrom(
  'app: payments',
  "quoted: 'a  b'",
  'four-keys.dev/correlation-id: old',
  '"four-keys.dev/service-id": "payments-api"',
);
const block = (indent: string, key: string, lines: string[]) =>
  lines.length > 0
    ? [`${indent}${key}:`, ...lines.map(l => `${indent}  ${l}`)]
    : [];

/** Everything that has a place for ids beside the catalog file. */
type Kind = FormatName | 'env';

const written = (kind: Kind, lines: string[]) => [kind, lines] as const;

/** Files as people write them, of which every line but ours must survive. */
const file: fc.Arbitrary<readonly [Kind, string[]]> = fc.oneof(
  fc
    .tuple(blank, fc.uniqueArray(label), fc.uniqueArray(label), fc.boolean())
    .map(([comment, labels, annotations, pods]) =>
      written('kubernetes', [
        ...(comment ? [comment] : []),
        'apiVersion: apps/v1',
        'kind: Deployment',
        'metadata:   # all of it',
        ...block('    ', 'labels', labels),
        '    name: "a"',
        ...block('    ', 'annotations', annotations),
        'spec:',
        '  template:',
        ...(pods ? block('    ', 'metadata', block('', 'labels', labels)) : []),
        '    spec: { containers:  [ ] }',
        '---',
        'a: [1,   2]',
      ]),
    ),
  fc
    .tuple(
      fc.constantFrom(
        ['githubActions', 'env'] as const,
        ['gitlabCi', 'variables'] as const,
        ['helm', 'fourKeys'] as const,
        ['kustomize', 'commonAnnotations'] as const,
      ),
      blank,
      fc.uniqueArray(
        fc.constantFrom(
          'A: b',
          'B: "c"',
          'FOUR_KEYS_URL: x',
          'four-keys.dev/risk: low # ours to read',
        ),
      ),
    )
    .map(([[format, key], comment, entries]) =>
      written(format, [
        ...(comment ? [comment] : []),
        ...block('', 'first', ['x: &x [ 1,2 ]', 'y: *x']),
        ...block('', key, entries),
        'last:  |',
        '  name: text',
        '   more: more',
      ]),
    ),
  fc
    .tuple(
      fc.constantFrom('Pipeline', 'PipelineRun'),
      blank,
      fc.uniqueArray(fc.constantFrom('image', 'four-keys-service-id', 'a-b')),
      fc.constantFrom('  ', ''),
    )
    .map(([kind, comment, params, indent]) =>
      written('tekton', [
        'apiVersion: tekton.dev/v1',
        `kind: ${kind}   # of the service`,
        'metadata: { name:  ci }',
        'spec:',
        ...(comment ? [`  ${comment.trim()}`] : []),
        ...(params.length > 0 ? ['  params:'] : []),
        ...params.flatMap(name => [
          `  ${indent}- name: ${name}`,
          `  ${indent}  ${kind === 'Pipeline' ? 'default' : 'value'}: 'old'`,
        ]),
        '  timeouts: {pipeline:  1h}',
        '---',
        'kind: Other',
      ]),
    ),
  fc
    .uniqueArray(
      fc.constantFrom(
        'A=1',
        '# a comment',
        '',
        'FOUR_KEYS_SERVICE_ID=old',
        'MY_FOUR_KEYS_URL=x',
        ' B = "c" ',
      ),
    )
    .map(lines => written('env', lines)),
  fc
    .array(
      fc.constantFrom(
        'RUN a \\\n  && b',
        'LABEL a="b"  c=d',
        'COPY <<EOF /x\nLABEL dev.four-keys.service-id=text\nEOF',
        '# LABEL dev.four-keys.service-id=comment',
        'RUN cat <<< word',
      ),
    )
    .map(lines =>
      written('docker', ['FROM a', ...lines].join('\n').split('\n')),
    ),
  fc
    .uniqueArray(
      fc.constantFrom(
        '  /* environment { */',
        "  stages { stage('a') { steps { sh '}' } } }",
        '  environment {\n    A = "${env.B}{"\n  }',
        '  options { timeout(time: 1) }',
        '  post { always { sh """ }\n { """ } }',
      ),
    )
    .map(parts =>
      written('jenkins', ['pipeline {', ...parts, '}'].join('\n').split('\n')),
    ),
);

const OURS =
  /four-keys|FOUR_KEYS|^\s*(?:labels|annotations|metadata|env|variables|fourKeys|commonAnnotations|params):\s*$|^\s*(?:serviceId|correlationId|templateId|templateVersion|platformVersion|telemetryKey):|^\s*(?:type: string|(?:default|value): .*)$|^ {2,4}(?:environment \{|\})$/;

/** Line ends as they are, or one of each kind in turn. */
const EOLS = {
  LF: ['\n'],
  CRLF: ['\r\n'],
  mixed: ['\n', '\r\n'],
} as const;

const stampAny = (kind: Kind, text: string, given = values) =>
  kind === 'env' ? stampEnvFile(text, given) : stamp(kind, text, given);

/** Values as long as those of every other test, and different in each. */
const others: StampValues = {
  correlationId: '01J8ZC7Q4V6K9R3T5XHJ0MYBNE',
  serviceId: 'another-apis',
  templateId: 'other-things',
  templateVersion: '9.8.7',
  platformVersion: '2031.08',
  telemetryKey: 'other/company',
  url: 'https://example.org/1',
};

const renamed = (text: string) =>
  Object.entries(values).reduce(
    (renaming, [key, value]) =>
      renaming.replaceAll(value, others[key as keyof StampValues] ?? value),
    text,
  );

/** The lines of others with their ends, byte by byte. */
const linesOfOthers = (text: string, eol: string) =>
  (
    (/(?:^|\n)$/.test(text) ? text : text + eol).match(/[^\n]*\n/g) ?? []
  ).filter(line => !OURS.test(line.replace(/\r?\n$/, '')));

describe('stamping any file of any format', () => {
  it('stamps twice as once, and leaves every byte of others as it was', () => {
    const kinds = new Set<Kind>();
    fc.assert(
      fc.property(
        file,
        fc.constantFrom<keyof typeof EOLS>('LF', 'CRLF', 'mixed'),
        fc.boolean(),
        ([kind, lines], ends, lastLineEnd) => {
          kinds.add(kind);
          const eols = EOLS[ends];
          const before = lines
            .map((line, index) =>
              index < lines.length - 1 || lastLineEnd
                ? line + eols[index % eols.length]
                : line,
            )
            .join('');
          const once = stampAny(kind, before);
          expect(once.fields.length).toBeGreaterThan(0);
          expect(stampAny(kind, once.text)).toEqual({
            text: once.text,
            fields: [],
          });
          const eol = lineEndOf(before);
          expect(linesOfOthers(once.text, eol)).toEqual(
            linesOfOthers(before, eol),
          );
          expect(once.text).toContain(values.correlationId);
          const strange = { LF: /\r/, CRLF: /[^\r]\n/, mixed: /^\b$/ }[ends];
          expect(before.includes('\n') && strange.test(once.text)).toBe(false);
          // Other ids change those ids, and not a byte beside them.
          expect(stampAny(kind, once.text, others).text).toBe(
            renamed(once.text),
          );
        },
      ),
      { numRuns: 600 },
    );
    expect([...kinds].sort()).toEqual([...FORMAT_NAMES, 'env'].sort());
  });
});
