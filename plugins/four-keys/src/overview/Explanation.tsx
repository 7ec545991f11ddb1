import { useApi } from '@backstage/frontend-plugin-api';
import { Dialog, DialogBody, DialogHeader, Skeleton } from '@backstage/ui';
import { METRIC_NAMES } from '@four-keys/backstage-plugin-four-keys-common';
import { useCallback, useMemo } from 'react';
import { fourKeysApiRef, type MetricsQuestion } from '../api';
import { ErrorPanel, Explanations, WindowNote } from '../components';
import type { Formatter } from '../format';
import { useAnswer, type TableDimension } from '../state';

const Body = ({
  question,
  format,
}: {
  question: MetricsQuestion;
  format: Formatter;
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
      <Explanations answer={answer.value} format={format} />
    </>
  );
};

/** Says of one row why its numbers are so. */
export const Explanation = ({
  title,
  by,
  rowKey,
  question,
  format,
  onClose,
}: {
  title: string;
  by: TableDimension;
  rowKey: string;
  question: MetricsQuestion;
  format: Formatter;
  onClose: () => void;
}) => {
  const narrowed = useMemo(
    () => ({ ...question, scope: { ...question.scope, [by]: rowKey } }),
    [question, by, rowKey],
  );
  return (
    <Dialog isOpen onOpenChange={onClose} width={640}>
      <DialogHeader>{`Why are the numbers of ${title} so?`}</DialogHeader>
      <DialogBody>
        <Body question={narrowed} format={format} />
      </DialogBody>
    </Dialog>
  );
};
