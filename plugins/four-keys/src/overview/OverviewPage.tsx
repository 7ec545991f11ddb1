import { useMemo } from 'react';
import { Choice, PageFrame, type Option } from '../page';
import { TABLE_DIMENSIONS, useTableView, type TableView } from '../state';
import { Overview } from './Overview';

const LABELS: Record<TableView['by'], string> = {
  service: 'Services',
  team: 'Teams',
  system: 'Systems',
  template: 'Templates',
};

const OPTIONS: ReadonlyArray<Option<TableView['by']>> = TABLE_DIMENSIONS.map(
  id => ({ id, label: LABELS[id] }),
);

/** How software gets delivered here: six numbers, and the rows behind them. */
export const OverviewPage = () => {
  const { view, change } = useTableView();
  const rows = useMemo(
    () => (
      <Choice
        label="Rows"
        options={OPTIONS}
        value={view.by}
        onChange={by => change({ by })}
      />
    ),
    [view.by, change],
  );
  return (
    <PageFrame controls={rows}>
      {page => <Overview page={page} view={view} change={change} />}
    </PageFrame>
  );
};
