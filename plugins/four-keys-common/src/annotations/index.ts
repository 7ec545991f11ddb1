export * from './definitions';
export {
  annotatedEntityRef,
  createSubjectFilter,
  type AnnotatedEntity,
} from './entity';
export * from './jsonSchema';
export {
  ANNOTATION_MODES,
  type AnnotationMode,
  type AnnotationModes,
} from './modes';
export * from './names';
export * from './readRules';
export * from './rules';
export * from './uniqueness';
export * from './validate';
