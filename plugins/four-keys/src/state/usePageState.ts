import { useCallback, useEffect, useMemo } from 'react';
import { useNavigationType, useSearchParams } from 'react-router-dom';
import {
  defaultPageState,
  parsePageState,
  POINTERS,
  saysPageState,
  writePageState,
  type PageState,
} from './pageState';
import { usePageDefaults } from './pageDefaults';
import { useMemory } from './useMemory';

const EVERYTHING = { kind: 'all' } as const;

/**
 * What the page is about, and how to make it about something else: back leads
 * here again. A page whose URL says nothing, opened from the navigation, is
 * about what the page before was about.
 */
export function usePageState({
  hasScope = true,
}: {
  /** Without: the page is about one thing, whatever the scope of the others. */
  hasScope?: boolean;
} = {}): {
  state: PageState;
  change: (change: Partial<PageState>) => void;
} {
  const memory = useMemory();
  const defaults = usePageDefaults();
  const [query, setQuery] = useSearchParams();
  const isBackOrForward = useNavigationType() === 'POP';
  const isSilent = !saysPageState(query);

  const state = useMemo(() => {
    const said = parsePageState(query, defaults);
    const meant =
      isSilent && !isBackOrForward && memory.state ? memory.state : said;
    return hasScope ? meant : { ...meant, scope: EVERYTHING };
  }, [query, isSilent, isBackOrForward, memory, defaults, hasScope]);

  const remember = useCallback(
    (next: PageState) => {
      const { scope } = memory.state ?? defaultPageState(defaults);
      memory.state = hasScope ? next : { ...next, scope };
    },
    [memory, defaults, hasScope],
  );

  useEffect(() => {
    remember(state);
    const written = writePageState(state, query, defaults);
    if (isSilent && saysPageState(written)) {
      setQuery(written, { replace: true });
    }
  }, [remember, state, query, isSilent, defaults, setQuery]);

  const change = useCallback(
    (wanted: Partial<PageState>) => {
      const next = { ...state, ...wanted };
      remember(next);
      setQuery(current => {
        const written = writePageState(next, current, defaults);
        POINTERS.forEach(name => written.delete(name));
        return written;
      });
    },
    [state, remember, defaults, setQuery],
  );
  return { state, change };
}
