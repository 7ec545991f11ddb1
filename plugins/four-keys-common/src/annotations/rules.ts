import {
  DEFAULT_ANNOTATION_VOCABULARY,
  type AnnotationVocabulary,
} from './definitions';
import type { AnnotationModes } from './modes';
import * as names from './names';

/** @public */
export type AnnotationSchemaVersion =
  (typeof names.ANNOTATION_SCHEMA_VERSIONS)[number];

/**
 * Which entities a rule is about; what is not given matches everything except
 * templates, whose type is that of what they make: they are matched by kind.
 *
 * @public
 */
export interface AnnotationRuleMatch {
  readonly kind?: readonly string[];
  /** `spec.type` */
  readonly type?: readonly string[];
  /** `spec.lifecycle` */
  readonly lifecycle?: readonly string[];
  /** Any of these tags. */
  readonly tags?: readonly string[];
  /** Any of these values of `compliance-level`. */
  readonly level?: readonly string[];
}

/** Annotations that the matching entities must have. @public */
export interface AnnotationRule {
  readonly match: AnnotationRuleMatch;
  /** Whole keys, such as `four-keys.dev/runtime`. */
  readonly require: readonly string[];
  /** What a missing one leads to; default: the mode of all rules. */
  readonly mode?: AnnotationModes;
}

/** Everything that decides what is a violation. @public */
export interface AnnotationRules extends AnnotationVocabulary {
  /** The version of the schema that entities have which claim none; default `v1`. */
  readonly schemaVersion?: AnnotationSchemaVersion;
  readonly rules: readonly AnnotationRule[];
  /** What a violation leads to; default `warn`. */
  readonly mode?: AnnotationModes;
  /** The page that explains each annotation under `#{name without prefix}`. */
  readonly docsUrl: string;
}

const MODEL_GOVERNANCE = [
  names.ANNOTATION_MODEL_VERSION,
  names.ANNOTATION_TRAINING_DATA_CLASSIFICATION,
  names.ANNOTATION_INFERENCE_ENDPOINTS,
  names.ANNOTATION_MODEL_REVIEW,
];

/** @public */
export const DEFAULT_ANNOTATION_RULES: AnnotationRules = {
  ...DEFAULT_ANNOTATION_VOCABULARY,
  rules: [
    {
      match: { kind: ['Component'], type: ['service', 'website'] },
      require: [
        names.ANNOTATION_OWNER,
        names.ANNOTATION_RUNTIME,
        names.ANNOTATION_DEPLOY_TYPE,
        names.ANNOTATION_COMPLIANCE_LEVEL,
        names.ANNOTATION_TELEMETRY_KEY,
      ],
    },
    { match: { type: ['ml-model'] }, require: MODEL_GOVERNANCE },
    { match: { kind: ['MLModel'] }, require: MODEL_GOVERNANCE },
    {
      match: { kind: ['DataSet'] },
      require: [
        names.ANNOTATION_OWNER,
        names.ANNOTATION_TRAINING_DATA_CLASSIFICATION,
      ],
    },
  ],
  docsUrl:
    'https://github.com/four-keys/backstage-plugins/blob/main/docs/annotations.md',
};
