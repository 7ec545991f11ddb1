import { Button, Text } from '@backstage/ui';
import {
  explainMetric,
  type Evidence,
  type EvidencePart,
  type MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useLayoutEffect, useState } from 'react';
import type { MetricsQuestion } from '../api';
import { Drawer, ErrorPanel, LoadingBlocks, Note } from '../components';
import type { Formatter } from '../format';
import { METRIC_WORDS } from '../words';
import styles from './Evidence.module.css';
import { EvidenceActions } from './EvidenceActions';
import { EvidenceFilter, totalOf } from './EvidenceFilter';
import { EvidenceList } from './EvidenceList';
import { useEvidence } from './useEvidence';

interface EvidenceProps {
  readonly metric: MetricName;
  readonly question: MetricsQuestion;
  readonly format: Formatter;
  /** Which rows are shown, and how to show others. */
  readonly show: EvidencePart;
  readonly onShow: (show: EvidencePart) => void;
}

const Summary = ({
  evidence: { metric, measured, totals, services },
  question: { from, to, timezone },
  format,
}: {
  evidence: Evidence;
  question: MetricsQuestion;
  format: Formatter;
}) => (
  <div className={styles.summary}>
    <Text as="p" variant="body-large" weight="bold">
      {explainMetric(metric, measured, format)}
    </Text>
    <Note>
      {`${format.count(totals.included, 'row')} in it, ${format.number(
        totals.excluded,
      )} left out. ${format.instant(from)} to ${format.instant(
        to,
      )}, ${timezone}.`}
      {services.visible < services.of &&
        ` ${format.number(services.visible)} of ${format.count(
          services.of,
          'service',
        )} visible to you; the others are in none of these rows.`}
    </Note>
  </div>
);

const NOTHING: Record<EvidencePart, string> = {
  all: 'Nothing happened in this window that this number could count. Look at a longer window or another environment.',
  included: 'No row is in this number; see those that are left out, and why.',
  excluded: 'No row is left out.',
};

/** One part of the rows, page by page. */
const Rows = ({
  metric,
  question,
  show,
  format,
  onFirst,
}: Omit<EvidenceProps, 'onShow'> & {
  /** Told what the first page says about all of them. */
  readonly onFirst: (first: Evidence) => void;
}) => {
  const { first, rows, error, isPending, retry, more } = useEvidence(
    metric,
    question,
    show,
  );
  // Before anything is painted: what stands above the rows must not push them away.
  useLayoutEffect(() => {
    if (first) {
      onFirst(first);
    }
  }, [first, onFirst]);
  return (
    <>
      {first && rows.length > 0 && (
        <EvidenceList metric={metric} rows={rows} format={format} />
      )}
      {first && rows.length === 0 && (
        <Text as="p" variant="body-medium">
          {NOTHING[show]}
        </Text>
      )}
      {error && (
        <ErrorPanel what="The evidence" error={error} onRetry={retry} />
      )}
      {!first && !error && (
        <LoadingBlocks label="Loading the evidence" count={6} height={40} />
      )}
      {first && more && !error && (
        <div className={styles.more}>
          <Button variant="secondary" isPending={isPending} onPress={more}>
            Show more
          </Button>
          <div role="status">
            <Note as="span">
              {`${format.number(rows.length)} of ${format.count(
                totalOf(first, show),
                'row',
              )} shown`}
            </Note>
          </div>
        </div>
      )}
    </>
  );
};

const Body = ({ metric, question, format, show, onShow }: EvidenceProps) => {
  // Whichever rows are shown, the sentence and the totals are about all.
  const [first, setFirst] = useState<Evidence>();
  return (
    <>
      {first && (
        <>
          <Summary evidence={first} question={question} format={format} />
          <EvidenceActions
            metric={metric}
            question={question}
            name={`four-keys-${metric}-${question.to.slice(0, 10)}`}
          />
          <EvidenceFilter
            show={show}
            onShow={onShow}
            totals={first.totals}
            format={format}
          />
        </>
      )}
      <Rows
        // Other rows begin at their first page.
        key={show}
        metric={metric}
        question={question}
        show={show}
        format={format}
        onFirst={setFirst}
      />
    </>
  );
};

/** Why a number is so, and every row that made it. */
export const EvidenceDrawer = ({
  subject,
  onClose,
  ...props
}: EvidenceProps & {
  /** Whose number it is, as the end of a sentence: `checkout`. */
  readonly subject: string;
  readonly onClose: () => void;
}) => (
  <Drawer
    title={`${METRIC_WORDS[props.metric].title}: ${subject}`}
    onClose={onClose}
  >
    <Body
      // Another number begins at its first page.
      key={JSON.stringify([props.metric, props.question])}
      {...props}
    />
  </Drawer>
);
