import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { readIdentity, stampCatalogInfo } from './catalogInfo';
import { stampEnvFile } from './envFile';
import type { StampValues } from './values';

const values: StampValues = {
  correlationId: '01J8ZC7Q4V6K9R3T5XHJ0MYBND',
  serviceId: 'payments-api',
  templateId: 'node-service',
  templateVersion: '1.4.0',
  platformVersion: '2026.11',
  telemetryKey: 'acme/payments',
  url: 'http://localhost:7007',
};

const stamp = (text: string, given = values) =>
  stampCatalogInfo('catalog-info.yaml', text, given);

describe('stampCatalogInfo', () => {
  it('adds what is missing and replaces what differs, and leaves every other byte', () => {
    const text = `# The payments service, see the wiki
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
    name:   'payments-api'   # unusual spaces
    annotations:
        # who gets paged
        pagerduty.com/integration-key: "abc"
        four-keys.dev/correlation-id: 'of another run' # stamped
        backstage.io/techdocs-ref: dir:.

    tags: [ java,  pci ]
spec: { type: service, owner: payments, lifecycle: production }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata:
    name: payments
spec:
    definition: |
        annotations:
          four-keys.dev/correlation-id: text of somebody else
`;
    expect(stamp(text)).toEqual({
      text: `# The payments service, see the wiki
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
    name:   'payments-api'   # unusual spaces
    annotations:
        # who gets paged
        pagerduty.com/integration-key: "abc"
        four-keys.dev/correlation-id: '01J8ZC7Q4V6K9R3T5XHJ0MYBND' # stamped
        backstage.io/techdocs-ref: dir:.
        four-keys.dev/template: node-service@1.4.0
        four-keys.dev/platform-version: "2026.11"
        four-keys.dev/service-id: payments-api
        four-keys.dev/telemetry-key: acme/payments

    tags: [ java,  pci ]
spec: { type: service, owner: payments, lifecycle: production }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata:
    name: payments
    annotations:
      four-keys.dev/correlation-id: 01J8ZC7Q4V6K9R3T5XHJ0MYBND
      four-keys.dev/template: node-service@1.4.0
      four-keys.dev/platform-version: "2026.11"
spec:
    definition: |
        annotations:
          four-keys.dev/correlation-id: text of somebody else
`,
      fields: [
        'Component/payments-api four-keys.dev/correlation-id',
        'Component/payments-api four-keys.dev/template',
        'Component/payments-api four-keys.dev/platform-version',
        'Component/payments-api four-keys.dev/service-id',
        'Component/payments-api four-keys.dev/telemetry-key',
        'API/payments four-keys.dev/correlation-id',
        'API/payments four-keys.dev/template',
        'API/payments four-keys.dev/platform-version',
      ],
    });
  });

  it('gives the service id to the first component and lets the others keep theirs', () => {
    const component = (name: string, annotation = '') =>
      `kind: Component\nmetadata:\n  name: ${name}\n${annotation}`;
    const { text } = stamp(
      [
        component('web'),
        component(
          'worker',
          '  annotations: {four-keys.dev/service-id: jobs}\n',
        ),
        component('cron'),
      ].join('---\n'),
    );
    expect(
      parseAllDocuments(text).map(one =>
        one.getIn(['metadata', 'annotations', 'four-keys.dev/service-id']),
      ),
    ).toEqual(['payments-api', 'jobs', 'cron']);
  });

  it.each([
    ['a parse error', 'kind: API\nmetadata:\n  name: {% if a\n', 3],
    ['a placeholder', 'kind: API\nmetadata:\n  name: {{ a }}\n', 2],
    [
      'an alias',
      'a: &a {b: c}\nkind: API\nmetadata:\n  name: a\n  annotations: *a\n',
      5,
    ],
    ['a list', 'kind: API\nmetadata:\n  name: a\n  annotations:\n    - a\n', 4],
    [
      'a nested value',
      'kind: API\nmetadata:\n  name: a\n  annotations:\n    a: b\n    four-keys.dev/correlation-id:\n      a: b\n',
      6,
    ],
    ['a key given twice', 'kind: API\nmetadata:\n  name: a\n  name: b\n', 4],
  ])('refuses %s and names the line', (_, text, line) => {
    expect(() => stamp(text)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringMatching(
          new RegExp(`^catalog-info.yaml, line ${line}: `),
        ),
      }),
    );
  });

  it('refuses a file without entities', () => {
    expect(() => stamp('# nothing\n---\n- a\n')).toThrow('holds no entity');
  });

  it('reads the identity of the first component', () => {
    const text = `kind: API\nmetadata: {name: a}\n---\nkind: Component\nmetadata: {name: b, annotations: {four-keys.dev/telemetry-key: x/y}}\n`;
    expect(readIdentity('a.yaml', text)).toEqual({
      serviceId: 'b',
      telemetryKey: 'x/y',
    });
    expect(readIdentity('a.yaml', 'kind: API\nmetadata: {name: a}\n')).toEqual({
      serviceId: undefined,
      telemetryKey: undefined,
    });
  });
});

const OURS = 'four-keys.dev/';

const annotation = fc.tuple(
  fc.constantFrom(
    'backstage.io/techdocs-ref',
    'example.com/a',
    'example.com/b',
    `${OURS}correlation-id`,
    `${OURS}template`,
    `${OURS}service-id`,
    `${OURS}risk`,
  ),
  fc.constantFrom(
    'plain',
    "'single quoted'",
    '"double \\" quoted"',
    '',
    '~',
    '5',
    'dir:. # why',
    'node-service@1.4.0',
  ),
);

/** A file as people write it: styles of map, indentation, comments and line ends mixed. */
const catalogFile = fc
  .record({
    entities: fc.array(
      fc.record({
        kind: fc.constantFrom('Component', 'API', 'component'),
        indent: fc.constantFrom('  ', '    ', ' '),
        style: fc.constantFrom(
          'none',
          'block',
          'flow',
          'null',
          'empty',
          'tilde',
        ),
        nameFirst: fc.boolean(),
        comment: fc.constantFrom('', ' # a comment'),
        blank: fc.boolean(),
        annotations: fc.uniqueArray(annotation, {
          selector: ([key]) => key,
          minLength: 1,
          maxLength: 5,
        }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    eol: fc.constantFrom('\n', '\r\n'),
    bom: fc.boolean(),
    lastLineEnd: fc.boolean(),
  })
  .map(({ entities, eol, bom, lastLineEnd }) => {
    const documents = entities.map((entity, index) => {
      const { indent, style, annotations, comment } = entity;
      const name = [`${indent}name: service-${index}${comment}`];
      const flow = annotations
        .filter(([, value]) => !/#|^$/.test(value))
        .map(([key, value]) => `${key}: ${value}`);
      const block = {
        none: [],
        block: [
          `${indent}annotations:${comment}`,
          ...(entity.blank ? ['', `${indent}${indent}# about the first`] : []),
          ...annotations.map(([key, value]) =>
            `${indent}${indent}${key}: ${value}`.trimEnd(),
          ),
        ],
        flow: [`${indent}annotations: { ${flow.join(', ')} }${comment}`],
        null: [`${indent}annotations:${comment}`],
        empty: [`${indent}annotations: {}${comment}`],
        tilde: [`${indent}annotations: ~${comment}`],
      }[style];
      return [
        `kind: ${entity.kind}`,
        `metadata:${comment}`,
        ...(entity.nameFirst ? [...name, ...block] : [...block, ...name]),
        ...(entity.blank ? ['', '# the end of it', ''] : []),
        'spec: {a: [1,  2]}',
      ];
    });
    const text = documents
      .map(lines => lines.join(eol))
      .join(`${eol}---${eol}`);
    return (bom ? '\uFEFF' : '') + text + (lastLineEnd ? eol : '');
  });

/** The lines of the file without what stamping may write. */
function without(text: string) {
  return parseAllDocuments(text).map(document => {
    const entity = document.toJS();
    const kept = Object.entries(entity.metadata.annotations ?? {}).filter(
      ([key]) =>
        ![
          `${OURS}correlation-id`,
          `${OURS}template`,
          `${OURS}platform-version`,
          `${OURS}service-id`,
          `${OURS}telemetry-key`,
        ].includes(key),
    );
    return { ...entity, metadata: { ...entity.metadata, annotations: kept } };
  });
}

/** Whether `longer` has every character of `shorter` in order, by lines. */
function keepsLines(before: string, after: string) {
  const lines = after.split('\n');
  let at = 0;
  return before
    .split('\n')
    .filter(line => !/annotations|four-keys/.test(line))
    .every(line => {
      at = lines.indexOf(line, at) + 1;
      return at > 0;
    });
}

describe('stamping any file', () => {
  it('stamps twice as once, changes only what it says, keeps every other line', () => {
    fc.assert(
      fc.property(catalogFile, before => {
        const once = stamp(before);
        const twice = stamp(once.text);
        expect(twice).toEqual({ text: once.text, fields: [] });
        expect(without(once.text)).toEqual(without(before));
        expect(keepsLines(before, once.text)).toBe(true);
        for (const document of parseAllDocuments(once.text)) {
          expect(document.errors).toEqual([]);
          const { kind, metadata } = document.toJS();
          expect(metadata.annotations).toMatchObject({
            [`${OURS}correlation-id`]: values.correlationId,
            [`${OURS}template`]: 'node-service@1.4.0',
            [`${OURS}platform-version`]: '2026.11',
          });
          expect(
            kind === 'API' || `${OURS}service-id` in metadata.annotations,
          ).toBe(true);
        }
        expect(/[^\r]\n/.test(once.text) && /\r\n/.test(once.text)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the lines of others in the file of variables', () => {
    const line = fc.constantFrom(
      'A=1',
      '# a comment',
      '',
      'FOUR_KEYS_SERVICE_ID=old',
      'FOUR_KEYS_URL=',
      'MY_FOUR_KEYS_URL=x',
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(line),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (lines, eol, lastLineEnd) => {
          const before = lines.join(eol) + (lastLineEnd ? eol : '');
          const once = stampEnvFile(before, values);
          expect(stampEnvFile(once.text, values)).toEqual({
            text: once.text,
            fields: [],
          });
          const others = (text: string) =>
            text.split(/\r?\n/).filter(one => one && !/^FOUR_KEYS_/.test(one));
          expect(others(once.text)).toEqual(others(before));
          expect(once.text).toContain(
            `FOUR_KEYS_CORRELATION_ID=${values.correlationId}`,
          );
          expect(once.text.match(/^FOUR_KEYS_SERVICE_ID=/gm)).toHaveLength(1);
        },
      ),
    );
  });
});
