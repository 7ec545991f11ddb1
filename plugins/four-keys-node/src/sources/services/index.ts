export * from './resolve';
export { type ServiceSubject } from './rules';
