import type { EventDataInput } from '@four-keys/backstage-plugin-four-keys-common';
import type { PolicyReport, PolicyResult } from './check';

/** More reasons say no more, and an event has a limit. */
const MAX_REASONS = 20;

/** What a policy found, a line each. @public */
export const reasonsOf = ({ findings }: PolicyResult): string[] =>
  findings.map(({ file, line, message }) => `${file}:${line} ${message}`);

/**
 * The data of one `policy.evaluated` for every policy that was about
 * something, whoever reports it.
 *
 * @public
 */
export function policyEvaluations(report: PolicyReport) {
  return report.policies.flatMap(policy =>
    policy.outcome === 'skip'
      ? []
      : [
          {
            policy_id: policy.id,
            outcome: policy.outcome,
            mode: policy.mode,
            environment: report.environment,
            reasons: reasonsOf(policy).slice(0, MAX_REASONS),
          } satisfies EventDataInput<'policy.evaluated'>,
        ],
  );
}
