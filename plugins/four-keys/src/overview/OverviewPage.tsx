import { useApi } from '@backstage/frontend-plugin-api';
import { Alert, Container, Flex, Skeleton, Text } from '@backstage/ui';
import type {
  Metrics,
  MetricsAnswer,
  MetricsTable as MetricsTableAnswer,
  PipelineHealth,
  Visibility,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useCallback } from 'react';
import { fourKeysApiRef, type MetricsQuestion } from '../api';
import {
  Controls,
  ErrorPanel,
  FirstSteps,
  MetricTiles,
  WindowNote,
} from '../components';
import {
  useAnswer,
  useFormatter,
  usePreviousMetrics,
  useView,
  type Answer,
  type View,
} from '../state';
import { MetricsTable, PAGE_SIZE } from './MetricsTable';
import { Overlays } from './Overlays';
import styles from './OverviewPage.module.css';
import { PipelineBanner } from './PipelineBanner';
import { useQuestion } from './useQuestion';

function useTotals(question: MetricsQuestion): Answer<MetricsAnswer> {
  const api = useApi(fourKeysApiRef);
  return useAnswer(
    useCallback(signal => api.metrics(question, { signal }), [api, question]),
  );
}

function useTable(
  question: MetricsQuestion,
  { by, sort, order, page }: View,
): Answer<MetricsTableAnswer> {
  const api = useApi(fourKeysApiRef);
  return useAnswer(
    useCallback(
      signal =>
        api.metricsBy(
          by,
          question,
          { sort, order, offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE },
          { signal },
        ),
      [api, question, by, sort, order, page],
    ),
  );
}

function useHealth(): Answer<PipelineHealth> {
  const api = useApi(fourKeysApiRef);
  return useAnswer(
    useCallback(signal => api.pipelineHealth({ signal }), [api]),
  );
}

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
  view,
  change,
}: {
  totals: Answer<MetricsAnswer>;
  previous: Metrics | null | undefined;
  view: View;
  change: (change: Partial<View>) => void;
}) => {
  const format = useFormatter(view.timezone);
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
        environment={totals.value?.scope.environment ?? view.environment}
        format={format}
        isStale={totals.isPending}
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

const Rows = ({
  question,
  view,
  change,
}: {
  question: MetricsQuestion;
  view: View;
  change: (change: Partial<View>) => void;
}) => {
  const table = useTable(question, view);
  const format = useFormatter(view.timezone);
  return table.error ? (
    <ErrorPanel what="The table" error={table.error} onRetry={table.retry} />
  ) : (
    <MetricsTable
      answer={table.value}
      isStale={table.isPending}
      view={view}
      change={change}
      format={format}
    />
  );
};

/** How software gets delivered here: six numbers, and the rows behind them. */
export const OverviewPage = () => {
  const { view, change } = useView();
  const question = useQuestion(view);
  const totals = useTotals(question);
  const previous = usePreviousMetrics(question);
  const health = useHealth();

  // What is urgent stands above the numbers; advice comes after them, and moves
  // nothing when it arrives.
  const isUnwell = health.value && health.value.status !== 'ok';
  const hasAdvice =
    !isUnwell && health.value && health.value.problems.length > 0;

  if (isUntouched(totals.value, health.value)) {
    return (
      <Container>
        <FirstSteps
          title="Nothing has been reported yet"
          service="my-service"
          environment={view.environment}
        />
      </Container>
    );
  }
  return (
    <Container>
      <Flex direction="column" gap="5">
        <Controls view={view} change={change} />
        {isUnwell && <PipelineBanner health={health.value} />}
        {totals.value && <HiddenServices {...totals.value.services} />}
        <section aria-labelledby="four-keys-totals">
          <Heading id="four-keys-totals">
            {`Everything in ${view.environment}`}
          </Heading>
          <Totals
            totals={totals}
            previous={previous}
            view={view}
            change={change}
          />
        </section>
        <section aria-labelledby="four-keys-rows">
          <Heading id="four-keys-rows">{`By ${view.by}`}</Heading>
          <Rows question={question} view={view} change={change} />
        </section>
        <Overlays question={question} view={view} change={change} />
        {hasAdvice && <PipelineBanner health={health.value} />}
      </Flex>
    </Container>
  );
};
