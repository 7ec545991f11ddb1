import {
  parseEntityRef,
  RELATION_OWNED_BY,
  type Entity,
} from '@backstage/catalog-model';
import { useApiHolder } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { useEffect, useState } from 'react';

/** What the catalog calls an entity, and who owns it. */
export interface EntityNames {
  readonly title: string;
  /** Entity ref of the owner. */
  readonly owner: string | null;
}

const FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'relations',
];

const namesOf = ({ metadata, relations = [] }: Entity): EntityNames => ({
  title: metadata.title ?? metadata.name,
  owner:
    relations.find(({ type }) => type === RELATION_OWNED_BY)?.targetRef ?? null,
});

/** The name of an entity ref, or the text itself where it is none. */
export function nameOfRef(ref: string): string {
  try {
    return parseEntityRef(ref).name;
  } catch {
    return ref;
  }
}

/**
 * Asks the catalog about entities. Names are an ornament: where there is no
 * catalog, or it cannot say, they are missing and nothing else is.
 */
export function useEntityNames(
  refs: readonly string[],
): ReadonlyMap<string, EntityNames> {
  const catalogApi = useApiHolder().get(catalogApiRef);
  const [names, setNames] = useState<ReadonlyMap<string, EntityNames>>(
    new Map(),
  );
  // The rows of each answer are new objects; the same refs are the same question.
  const key = refs.join('\n');

  useEffect(() => {
    let isWanted = true;
    const entityRefs = key.split('\n').filter(Boolean);
    if (catalogApi && entityRefs.length > 0) {
      catalogApi.getEntitiesByRefs({ entityRefs, fields: FIELDS }).then(
        ({ items }) => {
          if (isWanted) {
            setNames(
              new Map(
                items.flatMap((entity, index) =>
                  entity ? [[entityRefs[index], namesOf(entity)] as const] : [],
                ),
              ),
            );
          }
        },
        () => undefined,
      );
    }
    return () => {
      isWanted = false;
    };
  }, [catalogApi, key]);

  return names;
}
