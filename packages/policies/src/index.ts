/**
 * The policies of golden paths: what they are asked, who evaluates them, and
 * what follows from the answer.
 *
 * @packageDocumentation
 */
export {
  checkPolicies,
  type PolicyFinding,
  type PolicyReport,
  type PolicyResult,
} from './check';
export { policyEvaluations, reasonsOf } from './evaluations';
export { createPolicyEngine } from './createEngine';
export type { OpaServerOptions } from './engine/OpaServer';
export type { PolicyEngine, PolicyEvaluation } from './engine/types';
export type { PolicyInput } from './input/collect';
export { findFiles, type FoundFile } from './input/findFiles';
export type { PolicyFile } from './input/source';
export { isYamlTemplate } from './input/template';
export {
  readPolicySettings,
  type PolicyModes,
  type PolicySettings,
} from './settings';
