/**
 * The reference model: every metric of Four Keys as pure functions over
 * events. It is slow and obvious, and reads beside the definition of the
 * numbers.
 *
 * @packageDocumentation
 */
export * from './compute';
export * from './contents';
export * from './facts/changes';
export * from './facts/deployments';
export * from './facts/environments';
export * from './facts/incidents';
export * from './facts/lineage';
export * from './facts/pullRequests';
export * from './history';
export * from './input';
export * from './links';
export * from './metrics/bands';
export { percentile } from './metrics/numbers';
export type { Window } from './metrics/window';
export { compareText } from './order';
export * from './releases';
export * from './rows';
export * from './scope';
