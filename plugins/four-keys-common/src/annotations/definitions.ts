import { z } from 'zod/v4';
import * as names from './names';

/** One annotation of the schema. @public */
export interface AnnotationDefinition {
  /** The whole key, such as `four-keys.dev/service-id`. */
  readonly name: string;
  /** What a value must look like. */
  readonly schema: z.ZodType<string>;
  /** The same in words, to continue "expected ...". */
  readonly expected: string;
  /** What it is used for. */
  readonly description: string;
  readonly examples: readonly [string, ...string[]];
  /** The only values there are; absent: any that fits. */
  readonly values?: readonly string[];
  /** Written by the scaffolder, not by people. */
  readonly stamped?: true;
}

/** The value lists that a company may replace by its own. @public */
export interface AnnotationVocabulary {
  /** Names before the `@` of `runtime`; empty: any. */
  readonly runtimes: readonly string[];
  readonly deployTypes: readonly string[];
  /** From the least to the most demanding. */
  readonly complianceLevels: readonly string[];
}

/** @public */
export const DEFAULT_ANNOTATION_VOCABULARY: AnnotationVocabulary = {
  runtimes: [],
  deployTypes: [
    'kubernetes',
    'gitops',
    'serverless',
    'vm',
    'static',
    'library',
    'mobile',
  ],
  complianceLevels: ['none', 'low', 'moderate', 'high'],
};

const RISKS = ['low', 'medium', 'high', 'critical'] as const;
const CLASSIFICATIONS = [
  'public',
  'internal',
  'confidential',
  'restricted',
] as const;

const SEMVER =
  '(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?';
const REF_PART = '[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?';
const ENTITY_REF = `(?:[A-Za-z][A-Za-z0-9]{0,62}:)?(?:${REF_PART}/)?${REF_PART}`;

const matching = (pattern: string) => z.string().regex(new RegExp(pattern));

/** Comma-separated, spaces around the commas allowed. */
const listOf = (item: string) => matching(`^${item}(?: *, *${item})*$`);

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function oneOf(values: readonly string[]) {
  return {
    schema: z.enum(values),
    values,
    expected: `one of ${values.join(', ')}`,
  };
}

function runtime(allowed: readonly string[]) {
  const name =
    allowed.length > 0
      ? `(?:${allowed.map(escaped).join('|')})`
      : '[a-z][a-z0-9.+-]*';
  return {
    schema: matching(`^${name}(?:@[A-Za-z0-9][A-Za-z0-9._+-]*)?$`),
    expected:
      allowed.length > 0
        ? `name or name@version, the name being one of ${allowed.join(', ')}`
        : 'name or name@version, the name in lower case',
  };
}

/**
 * The annotation schema, version 1: the one description from which the
 * processor, the scaffolder actions, the CLI, the JSON Schema and the
 * documentation are made.
 *
 * @public
 */
export function describeAnnotations(
  vocabulary: AnnotationVocabulary = DEFAULT_ANNOTATION_VOCABULARY,
): readonly AnnotationDefinition[] {
  return [
    {
      name: names.ANNOTATION_SCHEMA,
      ...oneOf(names.ANNOTATION_SCHEMA_VERSIONS),
      description: 'Which version of this schema the entity claims',
      examples: ['v1'],
    },
    {
      name: names.ANNOTATION_SERVICE_ID,
      schema: matching('^[A-Za-z0-9._/-]{1,100}$'),
      expected: '1 to 100 characters of A-Z, a-z, 0-9, ".", "_", "/" and "-"',
      description:
        'Joins events to the entity, unique in the catalog; default metadata.name',
      examples: ['payments-api', 'shop/checkout'],
    },
    {
      name: names.ANNOTATION_OWNER,
      schema: matching(`^${ENTITY_REF}$`),
      expected:
        'a reference to a group or user, such as group:default/payments',
      description:
        'The team that the numbers roll up to; where the kind has spec.owner, that is used and both must agree',
      examples: ['group:default/payments', 'payments'],
    },
    {
      name: names.ANNOTATION_RUNTIME,
      ...runtime(vocabulary.runtimes),
      description: 'What the workload runs on; selects policies and snippets',
      examples: ['nodejs@22', 'jvm@21'],
    },
    {
      name: names.ANNOTATION_DEPLOY_TYPE,
      ...oneOf(vocabulary.deployTypes),
      description:
        'How the workload is deployed; selects policies and snippets. No deployments are expected of a library',
      examples: ['kubernetes'],
    },
    {
      name: names.ANNOTATION_COMPLIANCE_LEVEL,
      ...oneOf(vocabulary.complianceLevels),
      description: 'Which policies are mandatory',
      examples: [vocabulary.complianceLevels[0]],
    },
    {
      name: names.ANNOTATION_TELEMETRY_KEY,
      schema: matching('^[a-z0-9-]+/[a-z0-9-]+$'),
      expected: 'org/project, both of a-z, 0-9 and "-"',
      description:
        'Partition key of the events and permission scope of the tokens that report them',
      examples: ['acme/payments'],
    },
    {
      name: names.ANNOTATION_RISK,
      ...oneOf(RISKS),
      description: 'How much harm a failure does; stored with every event',
      examples: ['high'],
    },
    {
      name: names.ANNOTATION_SLO,
      schema: matching(`^(?:${ENTITY_REF}|https?://\\S+)$`),
      expected: 'an entity reference or an http(s) URL',
      description:
        'Where the service level objective is described; stored with every event',
      examples: ['https://slo.example.com/payments-api'],
    },
    {
      name: names.ANNOTATION_CORRELATION_ID,
      schema: matching('^[A-Za-z0-9][A-Za-z0-9._-]{7,99}$'),
      expected: '8 to 100 characters of A-Z, a-z, 0-9, ".", "_" and "-"',
      description: 'The template run that made the entity',
      examples: ['2W7Z1C8Q4V6K9R3T5XHJ0MYBND'],
      stamped: true,
    },
    {
      name: names.ANNOTATION_TEMPLATE,
      schema: matching(`^[A-Za-z0-9][A-Za-z0-9._:/-]*@${SEMVER}$`),
      expected: 'id@version, the version by semver, such as node-service@1.4.0',
      description: 'The template and its version',
      examples: ['node-service@1.4.0'],
      stamped: true,
    },
    {
      name: names.ANNOTATION_PLATFORM_VERSION,
      schema: matching('^\\S(?:.{0,98}\\S)?$'),
      expected: '1 to 100 characters',
      description: 'The version of the platform at the time of the run',
      examples: ['2026.11'],
      stamped: true,
    },
    {
      name: names.ANNOTATION_INCIDENTS,
      schema: matching('^([a-z][a-z0-9-]*:\\S+|rollbacks)$'),
      expected:
        'source:key, such as pagerduty:PABC123 or jira:PAY, or rollbacks',
      description:
        'Where the incidents of the entity come from; rollbacks where its failures are only ever seen as rollbacks',
      examples: ['pagerduty:PABC123', 'jira:PAY', 'rollbacks'],
    },
    {
      name: names.ANNOTATION_PATHS,
      schema: listOf('[^,\\s](?:[^,]*[^,\\s])?'),
      expected: 'comma-separated globs',
      description:
        'Monorepo: a commit that touches one of these files is a change of this service',
      examples: ['services/payments/**,libs/money/**'],
    },
    {
      name: names.ANNOTATION_ENVIRONMENTS,
      schema: listOf('[^,\\s]{1,200}'),
      expected: 'comma-separated environment names without spaces',
      description: 'Where deployments are expected; a silent one is reported',
      examples: ['staging,production'],
    },
    {
      name: names.ANNOTATION_MODEL_VERSION,
      schema: matching('^\\S(?:.{0,98}\\S)?$'),
      expected: '1 to 100 characters',
      description: 'The version of the AI model',
      examples: ['fraud-2.3'],
    },
    {
      name: names.ANNOTATION_TRAINING_DATA_CLASSIFICATION,
      ...oneOf(CLASSIFICATIONS),
      description: 'How sensitive the training data is',
      examples: ['internal'],
    },
    {
      name: names.ANNOTATION_INFERENCE_ENDPOINTS,
      schema: listOf('https://[^\\s,]+'),
      expected: 'comma-separated https URLs',
      description: 'Where the model answers',
      examples: ['https://fraud.example.com/v1/score'],
    },
    {
      name: names.ANNOTATION_MODEL_REVIEW,
      schema: matching('^\\S(?:.{0,198}\\S)?$'),
      expected: 'the reference of a review, 1 to 200 characters',
      description: 'The review that approved the model',
      examples: ['MR-2026-014'],
    },
  ];
}

/** The annotation schema with the default vocabulary. @public */
export const FOUR_KEYS_ANNOTATIONS = describeAnnotations();
