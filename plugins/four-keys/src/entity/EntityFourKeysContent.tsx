import { useEntity } from '@backstage/plugin-catalog-react';
import { Flex, Skeleton, Text } from '@backstage/ui';
import type {
  MetricName,
  Metrics,
  MetricsAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
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
  type Answer,
  type Page,
} from '../state';
import { AnnotationWarnings } from './AnnotationWarnings';
import { serviceIdOf } from './serviceOf';
import { useEntityMetrics } from './useEntityMetrics';

const Numbers = ({
  answer,
  previous,
  page: { state, format },
  onEvidence,
}: {
  answer: Answer<MetricsAnswer>;
  previous: Metrics | null | undefined;
  page: Page;
  onEvidence: (name: MetricName) => void;
}) => {
  return (
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
        <>
          <WindowNote answer={answer.value} format={format} />
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
        </>
      ) : (
        <Skeleton width="60%" height={16} />
      )}
    </>
  );
};

/** The tab of a component: its metrics, and why they are so. */
export const EntityFourKeysContent = () => {
  const { entity } = useEntity();
  const page = usePage(usePageState({ hasScope: false }));
  const { view, change } = useTableView();
  const { asked, answer } = useEntityMetrics(page);
  const previous = usePreviousMetrics(asked);

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
          onEvidence={evidence => change({ evidence })}
        />
      )}
      <AnnotationWarnings />
      {view.evidence && (
        <EvidenceDrawer
          metric={view.evidence}
          subject={entity.metadata.title ?? entity.metadata.name}
          question={asked.question}
          format={page.format}
          show={view.show}
          onShow={show => change({ show })}
          onClose={() => change({ evidence: null, show: 'all' })}
        />
      )}
    </Flex>
  );
};
