import {
  DEFAULT_TYPE_PREFIX,
  formatInstant,
} from '@four-keys/backstage-plugin-four-keys-common';
import { policyEvaluations, type PolicyReport } from '@four-keys/policies';
import { createHash } from 'node:crypto';
import type { EmitContext } from '../emit/context';
import { deliver, type Connection } from '../emit/deliver';
import type { CloudEvent } from '../emit/event';
import { eventId, occasion } from '../emit/identity';
import type { Runtime } from '../runtime';

/**
 * One `policy.evaluated` for every policy that was about something. The same
 * outcome of the same run, or outside of CI of the same commit, is the same
 * event.
 */
export function outcomeEvents(
  report: PolicyReport,
  context: EmitContext,
  now: number,
): CloudEvent[] {
  const { ci, correlationId, telemetryKey } = context;
  const serviceId = report.serviceId ?? context.serviceId;
  const where =
    ci?.pipelineRunId ??
    ci?.commitSha ??
    context.head?.commitSha ??
    occasion({ time: now, given: false });
  return policyEvaluations(report).map(evaluation => {
    const data = {
      ...(correlationId && { correlation_id: correlationId }),
      ...(serviceId && { service_id: serviceId }),
      ...(ci?.pipelineRunId && { run_id: ci.pipelineRunId }),
      ...evaluation,
    };
    const content = createHash('sha256').update(JSON.stringify(data));
    return {
      specversion: '1.0',
      id: eventId(
        serviceId ?? '',
        'policy',
        evaluation.policy_id,
        where,
        content.digest('hex').slice(0, 16),
      ),
      source: `/cli/${ci?.system ?? 'local'}`,
      type: `${context.typePrefix ?? DEFAULT_TYPE_PREFIX}.policy.evaluated`,
      time: formatInstant(now),
      datacontenttype: 'application/json',
      ...(correlationId ? { correlationid: correlationId } : {}),
      ...(telemetryKey ? { partitionkey: telemetryKey } : {}),
      data,
    };
  });
}

/** Sends what came of each policy, and says on stderr how many were taken. */
export async function reportOutcomes(
  report: PolicyReport,
  receiver: { context: EmitContext; connection: Connection },
  runtime: Runtime,
): Promise<void> {
  const events = outcomeEvents(report, receiver.context, runtime.now());
  if (events.length === 0) {
    return;
  }
  const { accepted } = await deliver(
    events.map(event => ({ ...event })),
    receiver.connection,
    runtime,
  );
  if (accepted > 0) {
    runtime.err(
      `four-keys: reported ${accepted} policy.evaluated to ${receiver.connection.url}\n`,
    );
  }
}
