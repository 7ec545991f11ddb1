export { audited } from './audited';
export { AuthorizedMetrics, type ResolvedScope } from './AuthorizedMetrics';
export { AuthorizedReadiness } from './AuthorizedReadiness';
export { AuthorizedTrace } from './AuthorizedTrace';
export { Authorizer, type Caller, type VisibleServices } from './Authorizer';
export {
  createFourKeysConditionalDecision,
  fourKeysConditions,
  serviceResourceRef,
  serviceRules,
} from './rules';
export {
  readServiceResources,
  readServiceResourcesById,
  type StoredService,
} from './services';
