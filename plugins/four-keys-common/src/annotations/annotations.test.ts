import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import {
  ANNOTATION_OWNER,
  ANNOTATION_PREFIX,
  ANNOTATION_SERVICE_ID,
  annotationsJsonSchema,
  annotationsMarkdownTable,
  createAnnotationValidator,
  createSubjectFilter,
  DEFAULT_ANNOTATION_RULES,
  describeViolation,
  FOUR_KEYS_ANNOTATIONS,
  readAnnotationRules,
  validateAnnotations,
  validateCatalog,
  type AnnotatedEntity,
} from '.';

const annotated = (
  annotations: Record<string, unknown>,
  rest: Partial<AnnotatedEntity> = {},
): AnnotatedEntity => ({
  kind: 'Component',
  metadata: { name: 'payments-api', annotations },
  spec: { type: 'library', owner: 'payments' },
  ...rest,
});

const complete = {
  'four-keys.dev/runtime': 'nodejs@22',
  'four-keys.dev/deploy-type': 'kubernetes',
  'four-keys.dev/compliance-level': 'moderate',
  'four-keys.dev/telemetry-key': 'acme/payments',
};

const codes = (entity: AnnotatedEntity) =>
  validateAnnotations(entity).map(v => `${v.code} ${v.annotation}`);

describe('the annotation schema', () => {
  it('accepts its own examples and lists every annotation in the JSON Schema and the table', () => {
    const schema = annotationsJsonSchema() as {
      properties: Record<string, { pattern?: string; enum?: string[] }>;
    };
    const table = annotationsMarkdownTable();
    for (const { name, examples } of FOUR_KEYS_ANNOTATIONS) {
      const { pattern, enum: values } = schema.properties[name];
      for (const example of examples) {
        expect(codes(annotated({ [name]: example }))).toEqual(
          name === ANNOTATION_OWNER && !example.endsWith('payments')
            ? [`owners_disagree ${name}`]
            : [],
        );
        expect(
          pattern ? new RegExp(pattern).test(example) : values,
        ).toBeTruthy();
      }
      expect(table).toContain(`| \`${name}\` |`);
    }
  });

  it('is published as JSON Schema and as a table; "npm run schema" brings both up to date', () => {
    const docs = resolve(__dirname, '../../../../docs');
    const published = readFileSync(`${docs}/schema/annotations.json`, 'utf8');
    expect(JSON.parse(published)).toEqual(annotationsJsonSchema());
    const plain = (text: string) =>
      text.replace(/<a id="[a-z-]+"><\/a>|\\_|[\s_-]/g, '');
    const page = plain(readFileSync(`${docs}/annotations.md`, 'utf8'));
    const [, , ...rows] = annotationsMarkdownTable().trim().split('\n');
    for (const row of rows) {
      expect(page).toContain(plain(row));
    }
  });

  it.each([
    ['schema-version', 'v2'],
    ['service-id', 'two words'],
    ['service-id', 'x'.repeat(101)],
    ['owner', 'a/b/c'],
    ['runtime', 'NodeJS'],
    ['deploy-type', 'ftp'],
    ['compliance-level', 'extreme'],
    ['telemetry-key', 'acme'],
    ['telemetry-key', 'Acme/payments'],
    ['risk', 'some'],
    ['slo', 'ftp://example.com'],
    ['correlation-id', 'short'],
    ['template', 'node-service'],
    ['template', 'node-service@1.4'],
    ['incidents', 'pagerduty'],
    ['paths', 'a,,b'],
    ['environments', 'staging,'],
    ['training-data-classification', 'secret'],
    ['inference-endpoints', 'http://example.com'],
    ['model-review', ' '],
  ])('refuses %s = "%s" and says what is expected', (local, value) => {
    const name = ANNOTATION_PREFIX + local;
    const entity = annotated({ [name]: value }, { spec: {} });
    const [violation, ...others] = validateAnnotations(entity);
    expect(others).toEqual([]);
    expect(violation).toMatchObject({
      code: 'invalid_value',
      entity: 'component:default/payments-api',
      annotation: name,
      value,
      docs: `${DEFAULT_ANNOTATION_RULES.docsUrl}#${local}`,
    });
    expect(violation.remedy).toContain(name);
    expect(describeViolation(violation)).toContain(violation.expected);
  });

  it('asks services for what they need, and models and data sets for theirs', () => {
    const service = { type: 'service', owner: 'payments' };
    expect(codes(annotated({}, { spec: service }))).toEqual([
      'missing_annotation four-keys.dev/runtime',
      'missing_annotation four-keys.dev/deploy-type',
      'missing_annotation four-keys.dev/compliance-level',
      'missing_annotation four-keys.dev/telemetry-key',
    ]);
    expect(codes(annotated(complete, { spec: service }))).toEqual([]);
    expect(codes(annotated(complete, { spec: { type: 'website' } }))).toEqual([
      'missing_annotation four-keys.dev/owner',
    ]);
    expect(codes(annotated({}, { kind: 'MLModel' }))).toHaveLength(4);
    expect(codes(annotated({}, { spec: { type: 'ml-model' } }))).toHaveLength(
      4,
    );
    expect(codes(annotated({}, { kind: 'DataSet', spec: {} }))).toEqual([
      'missing_annotation four-keys.dev/owner',
      'missing_annotation four-keys.dev/training-data-classification',
    ]);
    expect(codes({ kind: 'Location', metadata: { name: 'x' } })).toEqual([]);
    // The type of a template is that of what it makes.
    const template = { kind: 'Template', spec: { type: 'ml-model' } };
    expect(codes(annotated({}, template))).toEqual([]);
    expect(
      validateAnnotations(annotated({}, template), {
        ...DEFAULT_ANNOTATION_RULES,
        rules: [{ match: { kind: ['template'] }, require: [ANNOTATION_OWNER] }],
      }),
    ).toHaveLength(1);
  });

  it('holds the owner annotation against spec.owner, defaults filled in', () => {
    const owned = (owner: string) =>
      codes(annotated({ [ANNOTATION_OWNER]: owner }));
    expect(owned('group:default/payments')).toEqual([]);
    expect(owned('default/Payments')).toEqual([]);
    expect(owned('user:payments')).toEqual([
      `owners_disagree ${ANNOTATION_OWNER}`,
    ]);
  });

  it('asks what a misspelt annotation was meant to be, and leaves other prefixes alone', () => {
    const violations = validateAnnotations(
      annotated({
        'four-keys.dev/serviceId': 'a',
        'four-keys.dev/telemtery-key': 'a/b',
        'four-keys.dev/colour': 'blue',
        'backstage.io/anything': 'goes',
      }),
    );
    expect(violations.map(v => v.code)).toEqual(
      Array(3).fill('unknown_annotation'),
    );
    expect(violations[0].remedy).toMatch(
      /^Did you mean four-keys.dev\/service-id\?/,
    );
    expect(violations[1].remedy).toMatch(
      /^Did you mean four-keys.dev\/telemetry-key\?/,
    );
    expect(violations[2].remedy).toMatch(/reserved/);
  });

  it('asks what a misspelt value was meant to be', () => {
    const remedies = validateAnnotations(
      annotated({
        'four-keys.dev/deploy-type': 'Kubernets',
        'four-keys.dev/risk': 'some',
      }),
    ).map(({ remedy }) => remedy);
    expect(remedies).toEqual([
      'Did you mean "kubernetes"? Change four-keys.dev/deploy-type.',
      'Change four-keys.dev/risk, for example to "high".',
    ]);
  });

  it('is about components, what a rule asks for, and what has an annotation', () => {
    const isSubject = createSubjectFilter(DEFAULT_ANNOTATION_RULES);
    const bare = (kind: string) =>
      isSubject({ kind, metadata: { name: 'a', annotations: {} } });
    expect(['Component', 'MLModel', 'DataSet'].map(bare)).toEqual(
      Array(3).fill(true),
    );
    expect(['API', 'Location', 'User'].map(bare)).toEqual(Array(3).fill(false));
    expect(
      isSubject(annotated({ 'four-keys.dev/risk': 'low' }, { kind: 'API' })),
    ).toBe(true);
  });

  it('tells people to quote what YAML reads as a number', () => {
    const [violation] = validateAnnotations(
      annotated({ 'four-keys.dev/platform-version': 1.2 }),
    );
    expect(violation).toMatchObject({ code: 'invalid_value', value: '1.2' });
    expect(violation.remedy).toContain('quotes');
  });

  it('reads rules and vocabularies of a company', () => {
    const check = createAnnotationValidator({
      ...DEFAULT_ANNOTATION_RULES,
      runtimes: ['nodejs', 'c++'],
      complianceLevels: ['bronze', 'gold'],
      rules: [
        {
          match: { lifecycle: ['production'], tags: ['pci'], level: ['gold'] },
          require: [ANNOTATION_SERVICE_ID],
        },
      ],
    });
    const entity = (lifecycle: string, tag: string, level: string) =>
      annotated(
        { 'four-keys.dev/compliance-level': level },
        {
          metadata: {
            name: 'a',
            tags: [tag],
            annotations: { 'four-keys.dev/compliance-level': level },
          },
          spec: { lifecycle },
        },
      );
    expect(check(entity('production', 'pci', 'gold'))).toHaveLength(1);
    expect(check(entity('experimental', 'pci', 'gold'))).toEqual([]);
    expect(check(entity('production', 'web', 'gold'))).toEqual([]);
    expect(check(entity('production', 'pci', 'bronze'))).toEqual([]);
    expect(check(entity('production', 'web', 'high'))).toHaveLength(1);
    expect(check(annotated({ 'four-keys.dev/runtime': 'c++@20' }))).toEqual([]);
    expect(
      check(annotated({ 'four-keys.dev/runtime': 'jvm@21' })),
    ).toHaveLength(1);
    expect(() =>
      createAnnotationValidator({
        ...DEFAULT_ANNOTATION_RULES,
        rules: [{ match: {}, require: ['four-keys.dev/run-time'] }],
      }),
    ).toThrow('did you mean four-keys.dev/runtime?');
  });

  it('warns or enforces by lifecycle, and by rule where a rule says so', () => {
    const check = createAnnotationValidator({
      ...DEFAULT_ANNOTATION_RULES,
      mode: { default: 'warn', production: 'enforce', deprecated: 'off' },
      rules: [
        { match: {}, require: ['four-keys.dev/runtime', 'four-keys.dev/slo'] },
        {
          match: {},
          require: ['four-keys.dev/slo'],
          mode: { experimental: 'enforce', production: 'off' },
        },
        { match: {}, require: ['four-keys.dev/risk'], mode: 'enforce' },
      ],
    });
    const modes = (lifecycle: unknown) =>
      check(
        annotated({ 'four-keys.dev/colour': 'blue' }, { spec: { lifecycle } }),
      ).map(v => `${v.annotation.slice(ANNOTATION_PREFIX.length)} ${v.mode}`);
    expect(modes('Production')).toEqual([
      'colour enforce',
      'runtime enforce',
      'slo enforce',
      'risk enforce',
    ]);
    expect(modes('experimental')).toEqual([
      'colour warn',
      'runtime warn',
      'slo enforce',
      'risk enforce',
    ]);
    expect(modes(undefined)).toEqual([
      'colour warn',
      'runtime warn',
      'slo warn',
      'risk enforce',
    ]);
    expect(modes('deprecated')).toEqual(['risk enforce']);
  });

  it('reports the service ids that several entities of a catalog have, in the same order every time', () => {
    const entity = (kind: string, name: string, id?: string) => ({
      kind,
      metadata: {
        name,
        annotations: id === undefined ? {} : { [ANNOTATION_SERVICE_ID]: id },
      },
      spec: { type: 'library', owner: 'payments' },
    });
    const catalog = [
      entity('Component', 'b'),
      entity('API', 'b'),
      entity('Resource', 'c', 'b'),
      entity('Component', 'a', ' '),
      entity('Component', 'd', 'own'),
      // The same entity again, as when a file is listed twice.
      entity('Component', 'd', 'own'),
    ];
    const report = validateCatalog(catalog);
    expect(report).toEqual(validateCatalog([...catalog].reverse()));
    expect(report.map(v => `${v.entity} ${v.code}`)).toEqual([
      'component:default/a invalid_value',
      'component:default/b shared_service_id',
      'resource:default/c shared_service_id',
    ]);
    expect(report[1]).toMatchObject({
      mode: 'warn',
      value: 'b',
      expected: expect.stringContaining('resource:default/c has it too'),
    });
    expect(
      validateCatalog(catalog, { ...DEFAULT_ANNOTATION_RULES, mode: 'off' }),
    ).toEqual([]);
  });

  it('reads its rules from a configuration', () => {
    expect(readAnnotationRules(undefined)).toEqual({
      ...DEFAULT_ANNOTATION_RULES,
      mode: undefined,
    });
    expect(
      readAnnotationRules({
        mode: { default: 'warn', production: 'enforce' },
        schemaVersion: 'v1',
        runtimes: ['nodejs'],
        docsUrl: 'https://docs.example.com',
        rules: [
          { match: { level: ['high'] }, require: ['slo'], mode: 'off' },
          { require: ['four-keys.dev/risk'] },
        ],
      }),
    ).toMatchObject({
      mode: { default: 'warn', production: 'enforce' },
      runtimes: ['nodejs'],
      complianceLevels: DEFAULT_ANNOTATION_RULES.complianceLevels,
      docsUrl: 'https://docs.example.com',
      rules: [
        {
          match: { level: ['high'] },
          require: ['four-keys.dev/slo'],
          mode: 'off',
        },
        { match: {}, require: ['four-keys.dev/risk'] },
      ],
    });
  });

  it.each<[unknown, string]>([
    ['warn', ' is "warn", it must be a map'],
    [{ mode: 'strict' }, '.mode is "strict", it must be one of off, warn,'],
    [{ mode: { production: true } }, '.mode.production is true, it must be'],
    [{ mode: ['warn'] }, '.mode is ["warn"], it must be a map'],
    [{ schemaVersion: 'v2' }, '.schemaVersion is "v2", it must be one of v1'],
    [{ runtimes: 'nodejs' }, '.runtimes is "nodejs", it must be a list'],
    [{ deployTypes: [] }, '.deployTypes is empty'],
    [{ docsUrl: 5 }, '.docsUrl is 5, it must be a URL'],
    [{ rules: {} }, '.rules is {}, it must be a list of rules'],
    [{ rules: [{}] }, '.rules[0].require is missing'],
    [
      { rules: [{ match: { kind: 'API' }, require: [] }] },
      '.rules[0].match.kind is "API", it must be a list',
    ],
    [
      { rules: [{ require: ['run-time'] }] },
      '.rules cannot be used: A rule requires "four-keys.dev/run-time", which the annotation schema does not have; did you mean four-keys.dev/runtime?',
    ],
  ])('refuses the configuration %j and names the key', (value, message) => {
    expect(() => readAnnotationRules(value)).toThrow(
      `fourKeys.catalog${message}`,
    );
  });

  it('is a pure function that never throws, whatever the annotations hold', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.oneof(
            fc.string(),
            fc.string().map(s => ANNOTATION_PREFIX + s),
            fc.constantFrom(...FOUR_KEYS_ANNOTATIONS.map(a => a.name)),
          ),
          fc.oneof(fc.string(), fc.jsonValue()),
        ),
        annotations => {
          const entity = annotated(annotations);
          const before = JSON.stringify(entity);
          const first = validateAnnotations(entity);
          expect(validateAnnotations(entity)).toEqual(first);
          expect(JSON.stringify(entity)).toBe(before);
        },
      ),
      { numRuns: 200 },
    );
  });
});
