/**
 * The reference model: every metric of Four Keys as pure functions over
 * events. It is slow and obvious, and reads beside the definition of the
 * numbers.
 *
 * @packageDocumentation
 */
export * from './compute';
export {
  DEFAULT_ENVIRONMENTS,
  type EnvironmentTable,
} from './facts/environments';
export * from './input';
export { BAND_YEARS, type BandYear } from './metrics/bands';
export type { CatalogService, Holding, Scope } from './scope';
