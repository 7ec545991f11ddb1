import { useApi } from '@backstage/frontend-plugin-api';
import { Dialog, DialogBody, DialogHeader, Skeleton } from '@backstage/ui';
import {
  METRIC_NAMES,
  type MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useCallback } from 'react';
import { fourKeysApiRef, type MetricsQuestion } from '../api';
import { ErrorPanel, Explanations, WindowNote } from '../components';
import type { Formatter } from '../format';
import { useAnswer } from '../state';

const Body = ({
  question,
  format,
  onEvidence,
}: {
  question: MetricsQuestion;
  format: Formatter;
  onEvidence: (name: MetricName) => void;
}) => {
  const api = useApi(fourKeysApiRef);
  const answer = useAnswer(
    useCallback(
      (signal: AbortSignal) => api.metrics(question, { signal }),
      [api, question],
    ),
  );
  if (answer.error) {
    return (
      <ErrorPanel
        what="The explanation"
        error={answer.error}
        onRetry={answer.retry}
      />
    );
  }
  if (!answer.value) {
    return (
      <div role="status" aria-label="Loading the explanation">
        {METRIC_NAMES.map(name => (
          <Skeleton key={name} height={64} style={{ marginBottom: 12 }} />
        ))}
      </div>
    );
  }
  return (
    <>
      <WindowNote answer={answer.value} format={format} />
      <Explanations
        answer={answer.value}
        format={format}
        onEvidence={onEvidence}
      />
    </>
  );
};

/** Says of one row why its numbers are so. */
export const Explanation = ({
  title,
  question,
  format,
  onEvidence,
  onClose,
}: {
  title: string;
  question: MetricsQuestion;
  format: Formatter;
  onEvidence: (name: MetricName) => void;
  onClose: () => void;
}) => (
  <Dialog isOpen onOpenChange={onClose} width={640}>
    <DialogHeader>{`Why are the numbers of ${title} so?`}</DialogHeader>
    <DialogBody>
      <Body question={question} format={format} onEvidence={onEvidence} />
    </DialogBody>
  </Dialog>
);
