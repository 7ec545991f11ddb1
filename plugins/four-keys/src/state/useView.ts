import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { changeView, parseView, writeView, type View } from './view';

/** The view of the URL, and how to go to another one: back leads here again. */
export function useView(): {
  view: View;
  change: (change: Partial<View>) => void;
} {
  const [query, setQuery] = useSearchParams();
  const view = useMemo(() => parseView(query), [query]);
  const change = useCallback(
    (wanted: Partial<View>) =>
      setQuery(current =>
        writeView(changeView(parseView(current), wanted), current),
      ),
    [setQuery],
  );
  return { view, change };
}
