import { Button, Dialog, DialogBody, DialogHeader, Text } from '@backstage/ui';
import type {
  Evidence,
  MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { MetricsQuestion } from '../api';
import { ErrorPanel, LoadingBlocks, Note } from '../components';
import type { Formatter } from '../format';
import { METRIC_WORDS } from '../words';
import styles from './Evidence.module.css';
import { EvidenceActions } from './EvidenceActions';
import { EvidenceList } from './EvidenceList';
import { useEvidence } from './useEvidence';

interface EvidenceProps {
  readonly metric: MetricName;
  readonly question: MetricsQuestion;
  readonly format: Formatter;
}

const Summary = ({
  evidence: { explanation, totals, services },
  question: { from, to, timezone },
  format,
}: {
  evidence: Evidence;
  question: MetricsQuestion;
  format: Formatter;
}) => (
  <div className={styles.summary}>
    <Text as="p" variant="body-large" weight="bold">
      {explanation}
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

const Body = ({ metric, question, format }: EvidenceProps) => {
  const { first, rows, error, isPending, retry, more } = useEvidence(
    metric,
    question,
  );
  const total = first ? first.totals.included + first.totals.excluded : 0;
  return (
    <div className={styles.body}>
      {first && (
        <>
          <Summary evidence={first} question={question} format={format} />
          <EvidenceActions
            metric={metric}
            question={question}
            name={`four-keys-${metric}-${question.to.slice(0, 10)}`}
          />
          {rows.length > 0 ? (
            <EvidenceList metric={metric} rows={rows} format={format} />
          ) : (
            <Text as="p" variant="body-medium">
              Nothing happened in this window that this number could count. Look
              at a longer window or another environment.
            </Text>
          )}
        </>
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
                total,
                'row',
              )} shown`}
            </Note>
          </div>
        </div>
      )}
    </div>
  );
};

/** Why a number is so, and every row that made it. */
export const EvidenceDrawer = ({
  metric,
  subject,
  question,
  format,
  onClose,
}: EvidenceProps & {
  /** Whose number it is, as the end of a sentence: `checkout`. */
  readonly subject: string;
  readonly onClose: () => void;
}) => (
  <Dialog isOpen onOpenChange={onClose} className={styles.drawer}>
    <DialogHeader>{`${METRIC_WORDS[metric].title}: ${subject}`}</DialogHeader>
    <DialogBody>
      <Body
        // Another number begins at its first page.
        key={JSON.stringify([metric, question])}
        metric={metric}
        question={question}
        format={format}
      />
    </DialogBody>
  </Dialog>
);
