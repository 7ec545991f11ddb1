import { useEntity } from '@backstage/plugin-catalog-react';
import { Flex, Skeleton, Text } from '@backstage/ui';
import type {
  MetricName,
  Metrics,
  MetricsAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useMemo } from 'react';
import { isUnknownScope } from '../api';
import {
  ErrorPanel,
  Explanations,
  FirstSteps,
  MetricTiles,
  WindowNote,
} from '../components';
import { EvidenceDrawer } from '../evidence';
import { Controls } from '../page';
import {
  usePage,
  usePageState,
  usePreviousMetrics,
  useTableView,
  parseSpan,
  writeSpan,
  type Answer,
  type Instants,
  type Page,
} from '../state';
import { Trends } from '../trends';
import { AnnotationWarnings } from './AnnotationWarnings';
import { serviceIdOf } from './serviceOf';
import { useEntityMetrics } from './useEntityMetrics';

const Numbers = ({
  answer,
  previous,
  page: { state, question, format },
  onEvidence,
}: {
  answer: Answer<MetricsAnswer>;
  previous: Metrics | null | undefined;
  page: Page;
  /** Of the whole window, or of a part of it. */
  onEvidence: (name: MetricName, span?: Instants) => void;
}) => (
  <>
    <MetricTiles
      answer={answer.value}
      previous={previous}
      environment={answer.value?.scope.environment ?? state.environment}
      format={format}
      isStale={answer.isOther}
      onEvidence={onEvidence}
    />
    {answer.value ? (
      <WindowNote answer={answer.value} format={format} />
    ) : (
      <Skeleton width="60%" height={16} />
    )}
    <section aria-labelledby="four-keys-trends">
      <Text id="four-keys-trends" as="h2" variant="title-x-small">
        Trends
      </Text>
      <Trends
        answer={answer.value}
        bucket={question.bucket}
        format={format}
        isStale={answer.isOther}
        onSpan={onEvidence}
      />
    </section>
    {answer.value && (
      <section aria-labelledby="four-keys-why">
        <Text id="four-keys-why" as="h2" variant="title-x-small">
          Why these numbers?
        </Text>
        <Explanations
          answer={answer.value}
          format={format}
          onEvidence={onEvidence}
        />
      </section>
    )}
  </>
);

/** The tab of a component: its metrics, and why they are so. */
export const EntityFourKeysContent = () => {
  const { entity } = useEntity();
  const page = usePage(usePageState({ hasScope: false }));
  const { view, change } = useTableView();
  const { asked, answer } = useEntityMetrics(page);
  const previous = usePreviousMetrics(asked);
  const part = useMemo(
    () => ({ ...asked.question, ...parseSpan(view.span) }),
    [asked, view.span],
  );

  if (isUnknownScope(answer.error)) {
    return (
      <Flex direction="column" gap="5">
        <FirstSteps
          title={`No event names ${serviceIdOf(entity)} yet`}
          service={serviceIdOf(entity)}
          environment={page.state.environment}
        />
        <AnnotationWarnings />
      </Flex>
    );
  }
  return (
    <Flex direction="column" gap="5">
      <Controls state={page.state} change={page.change} hasScope={false} />
      {answer.error ? (
        <ErrorPanel
          what="The metrics"
          error={answer.error}
          onRetry={answer.retry}
        />
      ) : (
        <Numbers
          answer={answer}
          previous={previous}
          page={page}
          onEvidence={(evidence, span) =>
            change({ evidence, span: span ? writeSpan(span) : null })
          }
        />
      )}
      <AnnotationWarnings />
      {view.evidence && (
        <EvidenceDrawer
          metric={view.evidence}
          subject={entity.metadata.title ?? entity.metadata.name}
          question={part}
          format={page.format}
          show={view.show}
          onShow={show => change({ show })}
          onClose={() => change({ evidence: null, span: null, show: 'all' })}
        />
      )}
    </Flex>
  );
};
