import { Alert } from '@backstage/ui';
import type { PipelineHealth } from '@four-keys/backstage-plugin-four-keys-common';

const TITLES = {
  ok: 'What would make these numbers better',
  degraded: 'What is wrong with the pipeline',
  down: 'Why the pipeline is down',
};

const LOOKS = { ok: 'info', degraded: 'warning', down: 'danger' } as const;

/** What is wrong with the pipeline behind the numbers, or could be better. */
export const PipelineBanner = ({
  health: { status, problems },
}: {
  health: Pick<PipelineHealth, 'status' | 'problems'>;
}) => (
  <Alert
    id="four-keys-pipeline"
    role="status"
    status={LOOKS[status]}
    icon
    title={TITLES[status]}
    description={problems.map(problem => (
      <div key={problem}>{problem}.</div>
    ))}
  />
);
