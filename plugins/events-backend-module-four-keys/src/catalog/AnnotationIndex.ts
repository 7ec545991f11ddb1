import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import {
  ANNOTATION_PATHS,
  ANNOTATION_SERVICE_ID,
} from '@four-keys/backstage-plugin-four-keys-common';
import type {
  CatalogedService,
  CatalogServices,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { readSourceLocation } from './location';

/** What the index reads of an entity; nothing else needs to be fetched. */
export const INDEXED_FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.annotations',
];

const SOURCE_LOCATION = 'backstage.io/source-location';

/** Longer values are documents, not names. */
const MAX_VALUE_LENGTH = 500;

const keyOf = (annotation: string, value: string) =>
  `${annotation} ${value.toLowerCase()}`;

const isComponent = ({ kind }: Entity) => kind.toLowerCase() === 'component';

function globsOf(annotation: string | undefined): string[] | undefined {
  const globs = (annotation ?? '')
    .split(',')
    .map(glob => glob.trim())
    .filter(Boolean);
  return globs.length > 0 ? globs : undefined;
}

/**
 * Answers from memory which services the entities with an annotation are.
 * `backstage.io/source-location` is found by host and path of the repository,
 * wherever in it the entity lives.
 */
export class AnnotationIndex implements CatalogServices {
  readonly #byAnnotation = new Map<string, CatalogedService[]>();
  readonly #values = new Map<string, Set<string>>();

  constructor(entities: readonly Entity[]) {
    const named = new Map<string, number>();
    for (const entity of entities.filter(isComponent)) {
      const { name } = entity.metadata;
      named.set(name, (named.get(name) ?? 0) + 1);
    }
    const sorted = entities
      .map(entity => ({ entity, ref: stringifyEntityRef(entity) }))
      .sort((a, b) => (a.ref < b.ref ? -1 : 1));
    for (const { entity, ref } of sorted) {
      const annotations = entity.metadata.annotations ?? {};
      const id = annotations[ANNOTATION_SERVICE_ID]?.trim();
      if (id || isComponent(entity)) {
        // A name that several components have says nothing.
        const service =
          id ||
          (named.get(entity.metadata.name) === 1 ? entity.metadata.name : ref);
        this.#add(service, annotations);
      }
    }
  }

  /** How many different annotations there are. */
  get size(): number {
    return this.#byAnnotation.size;
  }

  find(annotation: string, value: string): readonly CatalogedService[] {
    return this.#byAnnotation.get(keyOf(annotation, value)) ?? [];
  }

  /** Every value of an annotation, as it was written first. */
  valuesOf(annotation: string): string[] {
    return [...(this.#values.get(annotation) ?? [])];
  }

  #add(service: string, annotations: Readonly<Record<string, string>>) {
    const location = annotations[SOURCE_LOCATION]
      ? readSourceLocation(annotations[SOURCE_LOCATION])
      : undefined;
    const explicit = globsOf(annotations[ANNOTATION_PATHS]);
    const cataloged: CatalogedService = {
      service,
      explicit: explicit !== undefined,
      paths:
        explicit ?? (location?.folder ? [`${location.folder}/**`] : undefined),
    };
    for (const [name, value] of Object.entries(annotations)) {
      if (name === SOURCE_LOCATION) {
        if (location) {
          this.#put(name, location.repository, cataloged);
        }
      } else if (value.length <= MAX_VALUE_LENGTH) {
        this.#put(name, value.trim(), cataloged);
      }
    }
  }

  #put(name: string, value: string, cataloged: CatalogedService) {
    const key = keyOf(name, value);
    const found = this.#byAnnotation.get(key);
    if (found) {
      found.push(cataloged);
      return;
    }
    this.#byAnnotation.set(key, [cataloged]);
    const values = this.#values.get(name) ?? new Set();
    this.#values.set(name, values.add(value));
  }
}
