import { Button, Text } from '@backstage/ui';
import {
  explainMetric,
  METRIC_NAMES,
  type MetricName,
  type MetricsAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';
import { bandOf, METRIC_WORDS, sayNullState, sayValue } from '../words';
import { BandMark } from './BandMark';
import styles from './Explanations.module.css';
import { Note } from './Note';

/** Every metric with the sentence that says why it is so. */
export const Explanations = ({
  answer: { metrics, scope },
  format,
  onEvidence,
}: {
  answer: MetricsAnswer;
  format: Formatter;
  onEvidence: (name: MetricName) => void;
}) => (
  <dl className={styles.explanations}>
    {METRIC_NAMES.map(name => {
      const missing = sayNullState(name, {
        metrics,
        environment: scope.environment,
        format,
      });
      const band = bandOf(name, metrics);
      return (
        <div key={name} className={styles.metric}>
          <dt>
            <Text as="span" variant="body-medium" weight="bold">
              {METRIC_WORDS[name].title}
            </Text>
            <Text as="span" variant="body-medium">
              {sayValue(name, metrics, format) ?? missing?.short}
            </Text>
            {band && <BandMark band={band} />}
          </dt>
          <dd>
            <Text as="p" variant="body-small">
              {explainMetric(name, metrics[name], format)}
            </Text>
            {missing && <Note>{missing.todo}</Note>}
            <Button
              size="small"
              variant="tertiary"
              className={styles.evidence}
              aria-label={`Show the evidence of ${METRIC_WORDS[
                name
              ].title.toLowerCase()}`}
              onPress={() => onEvidence(name)}
            >
              Show the evidence
            </Button>
          </dd>
        </div>
      );
    })}
  </dl>
);
