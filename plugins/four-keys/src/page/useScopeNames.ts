import { useApi, useApiHolder } from '@backstage/frontend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import {
  catalogApiRef,
  type CatalogApi,
} from '@backstage/plugin-catalog-react';
import { useEffect, useState } from 'react';
import { fourKeysApiRef, type FourKeysApi } from '../api';
import { questionOf, defaultPageState, type NamedScope } from '../state';
import type { Option } from './Choice';

const KINDS: Record<Exclude<NamedScope, 'template'>, string> = {
  team: 'Group',
  system: 'System',
  domain: 'Domain',
  service: 'Component',
};

const MOST = 50;

/** Long enough that a word is not asked for letter by letter, in milliseconds. */
const TYPING_PAUSE_MS = 200;

async function namesInCatalog(
  catalogApi: CatalogApi,
  kind: string,
  term: string,
): Promise<Array<Option<string>>> {
  const { items } = await catalogApi.queryEntities({
    filter: { kind },
    fields: ['kind', 'metadata.name', 'metadata.namespace', 'metadata.title'],
    fullTextFilter: {
      term,
      fields: ['metadata.name', 'metadata.title'],
    },
    orderFields: { field: 'metadata.name', order: 'asc' },
    limit: MOST,
  });
  return items.map(entity => ({
    id: stringifyEntityRef(entity),
    label: entity.metadata.title ?? entity.metadata.name,
  }));
}

/** Templates by the names that events give them, which no catalog knows. */
async function templateNames(
  api: FourKeysApi,
  term: string,
  signal: AbortSignal,
): Promise<Array<Option<string>>> {
  const { rows } = await api.metricsBy(
    'template',
    questionOf(
      { ...defaultPageState(), window: { days: 365 } },
      {
        now: Date.now(),
      },
    ),
    { sort: 'key', order: 'asc', offset: 0, limit: 500 },
    { signal },
  );
  return rows
    .filter(({ key }) => key.toLowerCase().includes(term.toLowerCase()))
    .slice(0, MOST)
    .map(({ key }) => ({ id: key, label: key }));
}

/** What can be chosen as a scope; undefined: on its way, null: nobody knows. */
export function useScopeNames(
  kind: NamedScope,
  term: string,
): ReadonlyArray<Option<string>> | null | undefined {
  const api = useApi(fourKeysApiRef);
  const catalogApi = useApiHolder().get(catalogApiRef);
  const [found, setFound] = useState<{
    kind: NamedScope;
    names: ReadonlyArray<Option<string>> | null;
  }>();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const ask = async () => {
      if (kind === 'template') {
        return templateNames(api, term, signal);
      }
      return catalogApi ? namesInCatalog(catalogApi, KINDS[kind], term) : null;
    };
    const show = (names: ReadonlyArray<Option<string>> | null) =>
      signal.aborted || setFound({ kind, names });
    const timer = setTimeout(
      () => ask().then(show, () => show(null)),
      term === '' ? 0 : TYPING_PAUSE_MS,
    );
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [api, catalogApi, kind, term]);
  return found?.kind === kind ? found.names : undefined;
}
