/** The prefix of every annotation of the schema. @public */
export const ANNOTATION_PREFIX = 'four-keys.dev/';

/** The version of the annotation schema that this package describes. @public */
export const ANNOTATION_SCHEMA_VERSION = 'v1';

/** Every version that this package can check. @public */
export const ANNOTATION_SCHEMA_VERSIONS = [ANNOTATION_SCHEMA_VERSION] as const;

/** Which version of the schema the entity claims. @public */
export const ANNOTATION_SCHEMA = 'four-keys.dev/schema-version';
/** Joins events to the entity; default `metadata.name`. @public */
export const ANNOTATION_SERVICE_ID = 'four-keys.dev/service-id';
/** The owning team, where the kind has no `spec.owner`. @public */
export const ANNOTATION_OWNER = 'four-keys.dev/owner';
/** What the workload runs on. @public */
export const ANNOTATION_RUNTIME = 'four-keys.dev/runtime';
/** How the workload is deployed. @public */
export const ANNOTATION_DEPLOY_TYPE = 'four-keys.dev/deploy-type';
/** Which policies are mandatory. @public */
export const ANNOTATION_COMPLIANCE_LEVEL = 'four-keys.dev/compliance-level';
/** Partition key of the events and permission scope of tokens. @public */
export const ANNOTATION_TELEMETRY_KEY = 'four-keys.dev/telemetry-key';
/** How much harm a failure does. @public */
export const ANNOTATION_RISK = 'four-keys.dev/risk';
/** Where the service level objective is described. @public */
export const ANNOTATION_SLO = 'four-keys.dev/slo';
/** The template run that made the entity. @public */
export const ANNOTATION_CORRELATION_ID = 'four-keys.dev/correlation-id';
/** The template and its version. @public */
export const ANNOTATION_TEMPLATE = 'four-keys.dev/template';
/** The version of the platform at the time of the template run. @public */
export const ANNOTATION_PLATFORM_VERSION = 'four-keys.dev/platform-version';
/** Where the incidents of the entity come from. @public */
export const ANNOTATION_INCIDENTS = 'four-keys.dev/incidents';
/** Which files of a monorepo belong to the entity. @public */
export const ANNOTATION_PATHS = 'four-keys.dev/paths';
/** Where deployments are expected. @public */
export const ANNOTATION_ENVIRONMENTS = 'four-keys.dev/environments';
/** The version of an AI model. @public */
export const ANNOTATION_MODEL_VERSION = 'four-keys.dev/model-version';
/** How sensitive the training data is. @public */
export const ANNOTATION_TRAINING_DATA_CLASSIFICATION =
  'four-keys.dev/training-data-classification';
/** Where the model answers. @public */
export const ANNOTATION_INFERENCE_ENDPOINTS =
  'four-keys.dev/inference-endpoints';
/** The review that approved the model. @public */
export const ANNOTATION_MODEL_REVIEW = 'four-keys.dev/model-review';
