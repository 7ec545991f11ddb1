import { createPermission } from '@backstage/plugin-permission-common';

/** The resource type of the conditional permissions: one service. @public */
export const RESOURCE_TYPE_FOUR_KEYS_SERVICE = 'four-keys-service';

/** See the metrics of a service. @public */
export const fourKeysMetricsReadPermission = createPermission({
  name: 'fourKeys.metrics.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_FOUR_KEYS_SERVICE,
});

/** See the rows behind the metrics of a service. @public */
export const fourKeysEvidenceReadPermission = createPermission({
  name: 'fourKeys.evidence.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_FOUR_KEYS_SERVICE,
});

/** Correct which deployment an incident is blamed on. @public */
export const fourKeysIncidentsCorrectPermission = createPermission({
  name: 'fourKeys.incidents.correct',
  attributes: { action: 'update' },
});

/** See rejected records. @public */
export const fourKeysDeadLettersReadPermission = createPermission({
  name: 'fourKeys.deadLetters.read',
  attributes: { action: 'read' },
});

/** Send a rejected record through the pipeline again. @public */
export const fourKeysDeadLettersReplayPermission = createPermission({
  name: 'fourKeys.deadLetters.replay',
  attributes: { action: 'update' },
});

/** Let a partition go on that a flood of unusable records has stopped. @public */
export const fourKeysPipelineOperatePermission = createPermission({
  name: 'fourKeys.pipeline.operate',
  attributes: { action: 'update' },
});

/** Send events. @public */
export const fourKeysEventsPublishPermission = createPermission({
  name: 'fourKeys.events.publish',
  attributes: { action: 'create' },
});

/** Ask the release gate. @public */
export const fourKeysGateEvaluatePermission = createPermission({
  name: 'fourKeys.gate.evaluate',
  attributes: { action: 'read' },
});

/** Start and stop experiments. @public */
export const fourKeysExperimentsManagePermission = createPermission({
  name: 'fourKeys.experiments.manage',
  attributes: { action: 'update' },
});

/** Approve the review of a model. @public */
export const fourKeysModelReviewApprovePermission = createPermission({
  name: 'fourKeys.modelReview.approve',
  attributes: { action: 'update' },
});

/** Every permission of the plugin. @public */
export const fourKeysPermissions = [
  fourKeysMetricsReadPermission,
  fourKeysEvidenceReadPermission,
  fourKeysIncidentsCorrectPermission,
  fourKeysDeadLettersReadPermission,
  fourKeysDeadLettersReplayPermission,
  fourKeysPipelineOperatePermission,
  fourKeysEventsPublishPermission,
  fourKeysGateEvaluatePermission,
  fourKeysExperimentsManagePermission,
  fourKeysModelReviewApprovePermission,
];
