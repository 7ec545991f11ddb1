import { Dialog, DialogBody, DialogHeader } from '@backstage/ui';
import {
  METRIC_NAMES,
  type MetricName,
} from '@four-keys/backstage-plugin-four-keys-common';
import {
  ErrorPanel,
  Explanations,
  LoadingBlocks,
  WindowNote,
} from '../components';
import type { Formatter } from '../format';
import { useMetrics, type Asked } from '../state';

const Body = ({
  asked,
  format,
  onEvidence,
}: {
  asked: Asked;
  format: Formatter;
  onEvidence: (name: MetricName) => void;
}) => {
  const answer = useMetrics(asked);
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
      <LoadingBlocks
        label="Loading the explanation"
        count={METRIC_NAMES.length}
        height={64}
      />
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
  asked,
  format,
  onEvidence,
  onClose,
}: {
  title: string;
  asked: Asked;
  format: Formatter;
  onEvidence: (name: MetricName) => void;
  onClose: () => void;
}) => (
  <Dialog isOpen onOpenChange={onClose} width={640}>
    <DialogHeader>{`Why are the numbers of ${title} so?`}</DialogHeader>
    <DialogBody>
      <Body asked={asked} format={format} onEvidence={onEvidence} />
    </DialogBody>
  </Dialog>
);
