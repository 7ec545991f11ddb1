/**
 * The module of the catalog that checks the `four-keys.dev/*` annotations.
 *
 * @packageDocumentation
 */
export { catalogModuleFourKeys as default } from './module';
