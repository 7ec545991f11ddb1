import { Flex, Skeleton, Text } from '@backstage/ui';
import type {
  Metrics,
  MetricsAnswer,
  MetricsTable as MetricsTableAnswer,
  PipelineHealth,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { ReactNode } from 'react';
import { isUnknownScope } from '../api';
import { ErrorPanel, FirstSteps, MetricTiles, WindowNote } from '../components';
import {
  useAnswer,
  useMetrics,
  usePreviousMetrics,
  writeSpan,
  type Answer,
  type Page,
  type TableView,
} from '../state';
import { Trends } from '../trends';
import { sayScope } from '../words';
import { MetricsTable } from './MetricsTable';
import { Overlays } from './Overlays';
import styles from './Overview.module.css';
import { PipelineBanner } from './PipelineBanner';
import { TotalsMarks } from './TotalsMarks';
import { UnknownScope } from './UnknownScope';

interface OverviewProps {
  readonly page: Page;
  readonly view: TableView;
  readonly change: (change: Partial<TableView>) => void;
}

const useTable = (
  { question, key }: Page,
  { by, sort, order, rows, page }: TableView,
): Answer<MetricsTableAnswer> =>
  useAnswer(
    ['table', key, question.scope, by, sort, order, rows, page],
    (api, options) =>
      api.metricsBy(
        by,
        question,
        { sort, order, offset: (page - 1) * rows, limit: rows },
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

const Heading = ({
  id,
  title,
  children,
}: {
  id: string;
  title: string;
  children?: ReactNode;
}) => (
  <div className={styles.heading}>
    <Text id={id} as="h2" variant="title-x-small">
      {title}
    </Text>
    {children}
  </div>
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
        onEvidence={evidence => change({ evidence, of: null, span: null })}
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

  if (isUntouched(totals.value, health.value)) {
    return (
      <FirstSteps
        title="Nothing has been reported yet"
        service="my-service"
        environment={environment}
      />
    );
  }
  if (isUnknownScope(totals.error)) {
    return <UnknownScope scope={scope} problem={totals.error?.message ?? ''} />;
  }
  return (
    <>
      <section aria-labelledby="four-keys-totals">
        <Heading
          id="four-keys-totals"
          title={`${sayScope(scope)} in ${environment}`}
        >
          <TotalsMarks
            services={totals.isOther ? undefined : totals.value?.services}
            status={health.value?.status}
          />
        </Heading>
        <Totals
          totals={totals}
          previous={previous}
          page={page}
          change={change}
        />
      </section>
      {!totals.error && (
        <section aria-labelledby="four-keys-trends">
          <Heading id="four-keys-trends" title="Trends" />
          <Trends
            answer={totals.value}
            bucket={page.question.bucket}
            format={page.format}
            isStale={totals.isOther}
            onSpan={(evidence, span) =>
              change({ evidence, of: null, span: writeSpan(span) })
            }
          />
        </section>
      )}
      <section aria-labelledby="four-keys-rows">
        <Heading id="four-keys-rows" title={`By ${view.by}`} />
        <Rows page={page} view={view} change={change} />
      </section>
      <Overlays page={page} view={view} change={change} />
      {health.value && health.value.problems.length > 0 && (
        <PipelineBanner health={health.value} />
      )}
    </>
  );
};
