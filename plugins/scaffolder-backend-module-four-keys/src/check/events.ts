import type { EventEnvelope } from '@four-keys/backstage-plugin-four-keys-common';
import { policyEvaluations, type PolicyReport } from '@four-keys/policies';
import { buildEvent, type EventFacts } from '../emit/event';

/** One `policy.evaluated` for every policy that was about something. */
export function policyEvents(
  report: PolicyReport,
  run: Pick<EventFacts, 'taskId' | 'time' | 'typePrefix' | 'template'>,
): EventEnvelope[] {
  return policyEvaluations(report).map(data =>
    buildEvent({
      ...run,
      kind: 'policy.evaluated',
      serviceId: report.serviceId,
      data,
    }),
  );
}
