import { useRouteRef } from '@backstage/frontend-plugin-api';
import {
  Card,
  CardBody,
  CardFooter,
  CardHeader,
  Link,
  Skeleton,
  Text,
} from '@backstage/ui';
import type {
  MetricName,
  MetricsAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import { isUnknownScope } from '../api';
import { useState } from 'react';
import { BandMark, ErrorPanel, Note } from '../components';
import { entityContentRouteRef } from '../routes';
import {
  daysOf,
  defaultPageState,
  useFormatter,
  usePage,
  usePageDefaults,
} from '../state';
import { bandOf, METRIC_WORDS, sayNullState, sayValue } from '../words';
import { AnnotationWarnings } from './AnnotationWarnings';
import styles from './EntityFourKeysCard.module.css';
import { useEntityMetrics } from './useEntityMetrics';

const SHOWN: readonly MetricName[] = [
  'deploymentFrequency',
  'leadTime',
  'changeFailureRate',
  'timeToRestore',
];

const Value = ({
  name,
  answer,
}: {
  name: MetricName;
  answer: MetricsAnswer;
}) => {
  const { metrics, scope, window } = answer;
  const format = useFormatter(window.timezone);
  const band = bandOf(name, metrics);
  const missing = sayNullState(name, {
    metrics,
    environment: scope.environment,
    format,
  });
  return (
    <dd>
      <Text
        as="span"
        variant="body-medium"
        weight={missing ? 'regular' : 'bold'}
      >
        {sayValue(name, metrics, format) ?? missing?.short}
      </Text>
      {band && <BandMark band={band} />}
    </dd>
  );
};

const Numbers = ({ answer }: { answer: MetricsAnswer | undefined }) => (
  <dl className={styles.numbers} aria-busy={answer === undefined}>
    {SHOWN.map(name => (
      <div key={name}>
        <dt>{METRIC_WORDS[name].title}</dt>
        {answer ? (
          <Value name={name} answer={answer} />
        ) : (
          <dd>
            <Skeleton width="8rem" height={16} />
          </dd>
        )}
      </div>
    ))}
  </dl>
);

const TabLink = () => {
  const tabRoute = useRouteRef(entityContentRouteRef);
  // The tab lies under the page of the entity, whose parameters it takes over.
  const href = tabRoute?.();
  return href ? <Link href={href}>Why these numbers?</Link> : null;
};

/** A card is a glance: whoever wants another one opens the tab. */
const stay = () => undefined;

/** The four keys of a component at a glance. */
export const EntityFourKeysCard = () => {
  const defaults = usePageDefaults();
  const [state] = useState(() => defaultPageState(defaults));
  const page = usePage({ state, change: stay });
  const { answer } = useEntityMetrics(page);
  const isUnknown = isUnknownScope(answer.error);
  return (
    <Card>
      <CardHeader>
        <Text as="h3" variant="title-x-small" weight="bold">
          Four Keys
        </Text>
        <Note>{`${state.environment}, last ${daysOf(state.window)} days`}</Note>
      </CardHeader>
      <CardBody>
        {answer.error && !isUnknown && (
          <ErrorPanel
            what="The metrics"
            error={answer.error}
            onRetry={answer.retry}
          />
        )}
        {isUnknown && (
          <Text as="p" variant="body-medium">
            No event names this component yet. Its tab shows how to report a
            first deployment.
          </Text>
        )}
        {!answer.error && <Numbers answer={answer.value} />}
        <AnnotationWarnings most={2} />
      </CardBody>
      <CardFooter>
        <TabLink />
      </CardFooter>
    </Card>
  );
};
