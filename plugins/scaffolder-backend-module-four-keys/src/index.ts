/**
 * The module of the scaffolder that stamps what templates generate and reports
 * what they did.
 *
 * @packageDocumentation
 */
export { scaffolderModuleFourKeys as default } from './module';
export { correlationIdOf } from './correlation';
