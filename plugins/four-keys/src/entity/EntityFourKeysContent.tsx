import { useEntity } from '@backstage/plugin-catalog-react';
import { Flex, Skeleton, Text } from '@backstage/ui';
import type {
  MetricName,
  Metrics,
  MetricsAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import {
  Controls,
  ErrorPanel,
  Explanations,
  FirstSteps,
  MetricTiles,
  WindowNote,
} from '../components';
import { EvidenceDrawer } from '../evidence';
import {
  useFormatter,
  usePreviousMetrics,
  useView,
  type Answer,
  type View,
} from '../state';
import { serviceIdOf } from './serviceOf';
import { isUnknownService, useEntityMetrics } from './useEntityMetrics';

const Numbers = ({
  answer,
  previous,
  view,
  onEvidence,
}: {
  answer: Answer<MetricsAnswer>;
  previous: Metrics | null | undefined;
  view: View;
  onEvidence: (name: MetricName) => void;
}) => {
  const format = useFormatter(view.timezone);
  return (
    <>
      <MetricTiles
        answer={answer.value}
        previous={previous}
        environment={answer.value?.scope.environment ?? view.environment}
        format={format}
        isStale={answer.isPending}
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
  const { view, change } = useView();
  const format = useFormatter(view.timezone);
  const { question, answer } = useEntityMetrics(view);
  const previous = usePreviousMetrics(question);

  if (isUnknownService(answer.error)) {
    return (
      <FirstSteps
        title={`No event names ${serviceIdOf(entity)} yet`}
        service={serviceIdOf(entity)}
        environment={view.environment}
      />
    );
  }
  return (
    <Flex direction="column" gap="5">
      <Controls view={view} change={change} withRows={false} />
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
          view={view}
          onEvidence={evidence => change({ evidence })}
        />
      )}
      {view.evidence && (
        <EvidenceDrawer
          metric={view.evidence}
          subject={entity.metadata.title ?? entity.metadata.name}
          question={question}
          format={format}
          onClose={() => change({ evidence: null })}
        />
      )}
    </Flex>
  );
};
