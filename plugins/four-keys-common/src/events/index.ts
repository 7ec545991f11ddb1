export * from './data';
export * from './envelope';
export { MAX_ID_LENGTH } from './fields';
export * from './given';
export { eventJsonSchemas } from './jsonSchema';
export { MAX_DEPTH } from './structure';
export * from './time';
export * from './types';
export * from './validate';
