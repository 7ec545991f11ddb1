/**
 * The module of the catalog that checks the `four-keys.dev/*` annotations and
 * knows the kinds `MLModel` and `DataSet`.
 *
 * @packageDocumentation
 */
export { catalogModuleFourKeys as default } from './module';
export {
  KINDS_API_VERSION,
  type DataSetEntity,
  type MLModelEntity,
} from './kinds/schemas';
export { FourKeysAnnotationProcessor } from './processor/FourKeysAnnotationProcessor';
