import { Alert } from '@backstage/ui';
import type { PipelineHealth } from '@four-keys/backstage-plugin-four-keys-common';

const TITLES = {
  ok: 'What would make these numbers better',
  degraded: 'The pipeline has a problem: these numbers may be incomplete',
  down: 'The pipeline is down: these numbers are not up to date',
};

const LOOKS = { ok: 'info', degraded: 'warning', down: 'danger' } as const;

/** What is wrong with the pipeline behind the numbers. */
export const PipelineBanner = ({
  health: { status, problems },
}: {
  health: Pick<PipelineHealth, 'status' | 'problems'>;
}) => (
  <Alert
    role="status"
    status={LOOKS[status]}
    icon
    title={TITLES[status]}
    description={problems.map(problem => (
      <div key={problem}>{problem}.</div>
    ))}
  />
);
