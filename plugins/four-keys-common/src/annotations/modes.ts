import type { AnnotatedEntity } from './entity';

/** @public */
export const ANNOTATION_MODES = ['off', 'warn', 'enforce'] as const;

/**
 * What a violation leads to: nothing, a warning, or the refusal of the entity.
 *
 * @public
 */
export type AnnotationMode = (typeof ANNOTATION_MODES)[number];

/**
 * One mode for every entity, or one for each `spec.lifecycle` and `default` for
 * the lifecycles that are not named.
 *
 * @public
 */
export type AnnotationModes =
  | AnnotationMode
  | Readonly<Record<string, AnnotationMode>>;

/** How the mode of an entity is found; undefined where the modes do not say. */
export function compileModes(
  modes: AnnotationModes | undefined,
): (entity: AnnotatedEntity) => AnnotationMode | undefined {
  if (modes === undefined || typeof modes === 'string') {
    return () => modes;
  }
  const byLifecycle = new Map(
    Object.entries(modes).map(([name, mode]) => [name.toLowerCase(), mode]),
  );
  return ({ spec }) => {
    const lifecycle = spec?.lifecycle;
    const own =
      typeof lifecycle === 'string'
        ? byLifecycle.get(lifecycle.toLowerCase())
        : undefined;
    return own ?? byLifecycle.get('default');
  };
}

/** The more severe of two modes. */
export function severer(
  one: AnnotationMode,
  other: AnnotationMode,
): AnnotationMode {
  return ANNOTATION_MODES.indexOf(one) >= ANNOTATION_MODES.indexOf(other)
    ? one
    : other;
}
