import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import {
  changeTableView,
  parseTableView,
  writeTableView,
  type TableView,
} from './tableView';

/** The view of the URL, and how to go to another one: back leads here again. */
export function useTableView(): {
  view: TableView;
  change: (change: Partial<TableView>) => void;
} {
  const [query, setQuery] = useSearchParams();
  const view = useMemo(() => parseTableView(query), [query]);
  const change = useCallback(
    (wanted: Partial<TableView>) =>
      setQuery(current =>
        writeTableView(
          changeTableView(parseTableView(current), wanted),
          current,
        ),
      ),
    [setQuery],
  );
  return { view, change };
}
