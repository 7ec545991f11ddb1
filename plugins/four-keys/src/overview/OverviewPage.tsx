import { Choice, PageFrame } from '../page';
import {
  dimensionsOf,
  usePageState,
  useTableView,
  type TableView,
} from '../state';
import { Overview } from './Overview';

const LABELS: Record<TableView['by'], string> = {
  service: 'Services',
  team: 'Teams',
  system: 'Systems',
  domain: 'Domains',
  template: 'Templates',
};

/** How software gets delivered here: six numbers, and the rows behind them. */
export const OverviewPage = () => {
  const { state } = usePageState();
  const { view: wanted, change } = useTableView();
  const dimensions = dimensionsOf(state.scope);
  const view = dimensions.includes(wanted.by)
    ? wanted
    : { ...wanted, by: dimensions[0] };
  return (
    <PageFrame
      controls={
        dimensions.length > 1 && (
          <Choice
            label="Rows"
            options={dimensions.map(id => ({ id, label: LABELS[id] }))}
            value={view.by}
            onChange={by => change({ by })}
          />
        )
      }
    >
      {page => <Overview page={page} view={view} change={change} />}
    </PageFrame>
  );
};
