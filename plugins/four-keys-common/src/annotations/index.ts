export * from './definitions';
export type { AnnotatedEntity } from './entity';
export * from './jsonSchema';
export * from './names';
export * from './rules';
export * from './validate';
