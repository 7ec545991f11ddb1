export { CatalogSnapshot } from './CatalogSnapshot';
export {
  Readiness,
  type ReadinessQuestion,
  type ReadinessResult,
  type ReadinessScope,
} from './Readiness';
export { prepareSubjects } from './subjects';
