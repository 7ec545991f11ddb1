import { Alert } from '@backstage/ui';
import type { PipelineHealth } from '@four-keys/backstage-plugin-four-keys-common';

const BY_STATUS = {
  ok: { status: 'info', title: 'The pipeline has something to tell you' },
  degraded: {
    status: 'warning',
    title: 'The pipeline has a problem: these numbers may be incomplete',
  },
  down: {
    status: 'danger',
    title: 'The pipeline is down: these numbers are not up to date',
  },
} as const;

/** What is wrong with the pipeline behind the numbers, if anything. */
export const PipelineBanner = ({
  health,
}: {
  health: Pick<PipelineHealth, 'status' | 'problems'> | undefined;
}) => {
  if (!health || (health.status === 'ok' && health.problems.length === 0)) {
    return null;
  }
  const { status, title } = BY_STATUS[health.status];
  return (
    <Alert
      role="status"
      status={status}
      icon
      title={title}
      description={health.problems.map(problem => (
        <div key={problem}>{problem}.</div>
      ))}
    />
  );
};
