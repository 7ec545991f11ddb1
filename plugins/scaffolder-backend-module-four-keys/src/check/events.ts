import type { PolicyReport } from '@four-keys/policies';
import type { EventEnvelope } from '@four-keys/backstage-plugin-four-keys-common';
import { buildEvent, type EventFacts } from '../emit/event';
import { reasonsOf } from './report';

/** More reasons say no more, and an event has a limit. */
const MAX_REASONS = 20;

/** One `policy.evaluated` for every policy that was about something. */
export function policyEvents(
  report: PolicyReport,
  run: Pick<EventFacts, 'taskId' | 'time' | 'typePrefix' | 'template'>,
): EventEnvelope[] {
  return report.policies
    .filter(({ outcome }) => outcome !== 'skip')
    .map(policy =>
      buildEvent({
        ...run,
        kind: 'policy.evaluated',
        serviceId: report.serviceId,
        data: {
          policy_id: policy.id,
          outcome: policy.outcome,
          mode: policy.mode,
          environment: report.environment,
          reasons: reasonsOf(policy).slice(0, MAX_REASONS),
        },
      }),
    );
}
