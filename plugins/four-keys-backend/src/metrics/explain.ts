import type {
  Coverage,
  Excluded,
  ExclusionReason,
  MetricName,
  Metrics,
  MetricStatus,
} from '@four-keys/backstage-plugin-four-keys-common';
import {
  counted,
  durationInWords,
  isMany,
  percent,
  sentence,
  share,
} from './words';

const LEFT_OUT: Record<ExclusionReason, readonly [one: string, many: string]> =
  {
    deployed_before_commit: [
      '1 change that was deployed before its commit',
      'changes that were deployed before their commits',
    ],
    commit_time_unknown: [
      '1 change whose commit time is unknown',
      'changes whose commit times are unknown',
    ],
    recovered_before_failure: [
      '1 failed deployment that recovered before it failed',
      'failed deployments that recovered before they failed',
    ],
    resolved_before_opened: [
      '1 incident that was resolved before it opened',
      'incidents that were resolved before they opened',
    ],
  };

function listExcluded(excluded: Excluded): string {
  const reasons = Object.entries(excluded).map(([reason, count]) => {
    const [one, many] = LEFT_OUT[reason as ExclusionReason];
    return count === 1 ? one : `${count} ${many}`;
  });
  return reasons.length > 0 ? ` Left out: ${reasons.join(', ')}.` : '';
}

const NO_NUMBER: Record<Exclude<MetricStatus, 'ok'>, string> = {
  no_data:
    'No deployment has finished here before the end of the window; send deploy.completed events, or look at another environment.',
  no_deployments: 'Nothing was deployed in the window.',
  no_incident_source:
    'Nobody reports incidents here, so silence proves nothing; connect an incident tool or annotate the entity.',
  contents_unknown:
    'No deployment in the window names a commit that is known; send change events, or commits with the deployment.',
  no_changes:
    'Nothing was deployed in the window that had not been deployed before.',
  inconsistent: 'Every row contradicts itself; the evidence lists them.',
  only_open: 'Incidents are open, and none was resolved in the window.',
  no_incidents: 'No incident was resolved in the window, and none is open.',
  no_failures: 'No failed deployment recovered in the window.',
};

type Explain<Name extends MetricName> = (metric: Metrics[Name]) => string;

function frequency(metric: Metrics['deploymentFrequency']): string {
  if (metric.count === 0) {
    return 'No deployment succeeded in the window.';
  }
  const rate = `${counted(
    metric.count,
    'successful deployment',
  )} in the window, or ${Number((metric.value ?? 0).toPrecision(3))} a day`;
  if (metric.medianGap === null) {
    return `${rate}.`;
  }
  const gap = durationInWords(metric.medianGap);
  return metric.count === 2
    ? `${rate}, ${gap} apart.`
    : `${rate}; half of the gaps between them are at most ${gap}.`;
}

function atLeastSoLong(lowerBound: number, count: number): string {
  if (lowerBound === 0) {
    return '';
  }
  if (count === 1) {
    return ', at least: its commit time is unknown';
  }
  if (lowerBound === count) {
    return ', at least: their commit times are unknown';
  }
  return lowerBound === 1
    ? '; 1 of them may have taken longer, because its commit time is unknown'
    : `; ${lowerBound} of them may have taken longer, because their commit times are unknown`;
}

const contentsKnown = ({ with: known, of }: Coverage) =>
  known === 0
    ? 'The contents of no deployment are known.'
    : `The contents of ${share(known, of, 'deployment')} are known.`;

function leadTime(metric: Metrics['leadTime']): string {
  const { count } = metric;
  const took = durationInWords(metric.p50 ?? 0);
  const half =
    count === 1
      ? `The only change took ${took}`
      : `Half of the ${count} changes took at most ${took}`;
  return `${half} from commit to deployment${atLeastSoLong(
    metric.lowerBound,
    count,
  )}. ${contentsKnown(metric.coverage)}${listExcluded(metric.excluded)}`;
}

function sourcesKnown({ with: known, of }: Coverage): string {
  if (of === 1) {
    return 'The incident source of the only service is known.';
  }
  return isMany(known, of)
    ? `The incident sources of ${share(known, of, 'service')} are known.`
    : `The incident source of ${share(known, of, 'service')} is known.`;
}

function failureShare(failed: number, count: number): string {
  const verb = count === 1 && failed === 0 ? 'did not fail' : 'failed';
  return sentence(`${share(failed, count, 'deployment')} ${verb}`);
}

const failureRate: Explain<'changeFailureRate'> = metric =>
  `${failureShare(
    metric.failed,
    metric.count,
  )}, rollbacks not counted: ${percent(metric.value ?? 0)}. ${sourcesKnown(
    metric.coverage,
  )}`;

function stillOpen(open: number): string {
  if (open === 0) {
    return 'none was open at the end of the window';
  }
  return `${open} ${open === 1 ? 'was' : 'were'} open at the end of the window`;
}

function restore(metric: Metrics['timeToRestore']): string {
  const active = durationInWords(metric.p50 ?? 0);
  const half =
    metric.count === 1
      ? `The only resolved incident was active for ${active}`
      : `Half of the ${metric.count} resolved incidents were active for at most ${active}`;
  return `${half}; ${stillOpen(metric.open)}.${listExcluded(metric.excluded)}`;
}

function recovery(metric: Metrics['failedDeploymentRecoveryTime']): string {
  const took = durationInWords(metric.p50 ?? 0);
  const half =
    metric.count === 1
      ? `The only failed deployment that recovered did so within ${took}`
      : `Half of the ${metric.count} failed deployments that recovered did so within ${took}`;
  return `${half}.${listExcluded(metric.excluded)}`;
}

function rework({
  rework: part,
  count,
  value,
}: Metrics['deploymentReworkRate']) {
  const not = count === 1 && part === 0 ? ' not' : '';
  const verb = isMany(part, count)
    ? 'were rollbacks, hotfixes or remediations'
    : `was${not} a rollback, hotfix or remediation`;
  return `${sentence(share(part, count, 'deployment'))} ${verb}: ${percent(
    value ?? 0,
  )}.`;
}

function success({
  succeeded,
  failed,
  value,
}: Metrics['deploymentSuccessRate']) {
  const of = succeeded + failed;
  const verb = of === 1 && succeeded === 0 ? 'failed' : 'succeeded';
  return `${sentence(
    share(succeeded, of, 'finished deployment'),
  )} ${verb}: ${percent(value ?? 0)}.`;
}

const OK: { [Name in MetricName]: Explain<Name> } = {
  deploymentFrequency: frequency,
  leadTime,
  changeFailureRate: failureRate,
  timeToRestore: restore,
  failedDeploymentRecoveryTime: recovery,
  deploymentReworkRate: rework,
  deploymentSuccessRate: success,
};

function atLeastFailed(failed: number, count: number): string {
  if (failed === 0) {
    return '';
  }
  return failed === count
    ? ` ${failureShare(failed, count)}.`
    : ` At least ${share(failed, count, 'deployment')} failed.`;
}

/** What is known although there is no number. */
function whatIsKnown(name: MetricName, metrics: Metrics): string {
  const { status } = metrics[name];
  if (name === 'changeFailureRate' && status === 'no_incident_source') {
    const { failed, count } = metrics.changeFailureRate;
    return atLeastFailed(failed, count);
  }
  const metric: Metrics[MetricName] = metrics[name];
  return 'excluded' in metric ? listExcluded(metric.excluded) : '';
}

function noNumber(name: MetricName, metrics: Metrics): string {
  const { status } = metrics[name];
  const { open } = metrics.timeToRestore;
  if (status === 'only_open' && name === 'timeToRestore') {
    return `${counted(open, 'incident')} ${
      open === 1 ? 'is' : 'are'
    } open, and none was resolved in the window.`;
  }
  return status === 'ok' ? '' : NO_NUMBER[status];
}

/** One plain sentence or two about a metric, from the numbers themselves. */
export function explainMetric<Name extends MetricName>(
  name: Name,
  metrics: Metrics,
): string {
  if (metrics[name].status === 'ok') {
    const explain: Explain<Name> = OK[name];
    return explain(metrics[name]);
  }
  return `${noNumber(name, metrics)}${whatIsKnown(name, metrics)}`;
}

/** {@link explainMetric} for every metric. */
export function explainMetrics(metrics: Metrics): Record<MetricName, string> {
  const names = Object.keys(OK) as MetricName[];
  const entries = names.map(name => [name, explainMetric(name, metrics)]);
  return Object.fromEntries(entries) as Record<MetricName, string>;
}
