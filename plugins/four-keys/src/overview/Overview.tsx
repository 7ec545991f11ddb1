import { Alert, Flex, Skeleton, Text } from '@backstage/ui';
import type {
  Metrics,
  MetricsAnswer,
  MetricsTable as MetricsTableAnswer,
  PipelineHealth,
  Visibility,
} from '@four-keys/backstage-plugin-four-keys-common';
import { ErrorPanel, FirstSteps, MetricTiles, WindowNote } from '../components';
import {
  useAnswer,
  useMetrics,
  usePreviousMetrics,
  type Answer,
  type Page,
  type TableView,
} from '../state';
import { sayScope } from '../words';
import { MetricsTable, PAGE_SIZE } from './MetricsTable';
import { Overlays } from './Overlays';
import styles from './Overview.module.css';
import { PipelineBanner } from './PipelineBanner';

interface OverviewProps {
  readonly page: Page;
  readonly view: TableView;
  readonly change: (change: Partial<TableView>) => void;
}

const useTable = (
  { question, key }: Page,
  { by, sort, order, page }: TableView,
): Answer<MetricsTableAnswer> =>
  useAnswer(
    ['table', key, question.scope, by, sort, order, page],
    (api, options) =>
      api.metricsBy(
        by,
        question,
        { sort, order, offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE },
        options,
      ),
  );

const useHealth = (): Answer<PipelineHealth> =>
  useAnswer(['pipeline health'], (api, options) => api.pipelineHealth(options));

/** Nothing was ever sent: there is nothing to show and everything to explain. */
const isUntouched = (
  totals: MetricsAnswer | undefined,
  health: PipelineHealth | undefined,
) =>
  health?.sources.length === 0 &&
  health.status !== 'down' &&
  totals?.metrics.deploymentFrequency.status === 'no_data';

const HiddenServices = ({ visible, of }: Visibility) =>
  visible < of ? (
    <Alert
      role="status"
      status="info"
      icon
      title={`${visible} of ${of} services visible`}
      description="You may not read the metrics of the others, so they are in none of these numbers. Ask for the permission fourKeys.metrics.read on them."
    />
  ) : null;

const Heading = ({ id, children }: { id: string; children: string }) => (
  <Text id={id} as="h2" variant="title-x-small" className={styles.heading}>
    {children}
  </Text>
);

const Totals = ({
  totals,
  previous,
  page: { state, format },
  change,
}: Omit<OverviewProps, 'view'> & {
  readonly totals: Answer<MetricsAnswer>;
  readonly previous: Metrics | null | undefined;
}) => {
  if (totals.error) {
    return (
      <ErrorPanel
        what="The metrics"
        error={totals.error}
        onRetry={totals.retry}
      />
    );
  }
  return (
    <Flex direction="column" gap="2">
      <MetricTiles
        answer={totals.value}
        previous={previous}
        environment={totals.value?.scope.environment ?? state.environment}
        format={format}
        isStale={totals.isOther}
        onEvidence={evidence => change({ evidence, of: null })}
      />
      {totals.value ? (
        <WindowNote answer={totals.value} format={format} />
      ) : (
        <Skeleton width="60%" height={16} />
      )}
    </Flex>
  );
};

const Rows = ({ page, view, change }: OverviewProps) => {
  const table = useTable(page, view);
  return table.error ? (
    <ErrorPanel what="The table" error={table.error} onRetry={table.retry} />
  ) : (
    <MetricsTable
      answer={table.value}
      isStale={table.isOther}
      environment={page.state.environment}
      view={view}
      change={change}
      format={page.format}
    />
  );
};

/** The six numbers of a scope and the rows behind them. */
export const Overview = ({ page, view, change }: OverviewProps) => {
  const { scope, environment } = page.state;
  const totals = useMetrics(page);
  const previous = usePreviousMetrics(page);
  const health = useHealth();

  // What is urgent stands above the numbers; advice comes after them, and moves
  // nothing when it arrives.
  const isUnwell = health.value && health.value.status !== 'ok';
  const hasAdvice =
    !isUnwell && health.value && health.value.problems.length > 0;

  if (isUntouched(totals.value, health.value)) {
    return (
      <FirstSteps
        title="Nothing has been reported yet"
        service="my-service"
        environment={environment}
      />
    );
  }
  return (
    <>
      {isUnwell && <PipelineBanner health={health.value} />}
      {totals.value && <HiddenServices {...totals.value.services} />}
      <section aria-labelledby="four-keys-totals">
        <Heading id="four-keys-totals">
          {`${sayScope(scope)} in ${environment}`}
        </Heading>
        <Totals
          totals={totals}
          previous={previous}
          page={page}
          change={change}
        />
      </section>
      <section aria-labelledby="four-keys-rows">
        <Heading id="four-keys-rows">{`By ${view.by}`}</Heading>
        <Rows page={page} view={view} change={change} />
      </section>
      <Overlays page={page} view={view} change={change} />
      {hasAdvice && <PipelineBanner health={health.value} />}
    </>
  );
};
