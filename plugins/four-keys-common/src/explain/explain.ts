import {
  METRIC_NAMES,
  type Coverage,
  type Excluded,
  type ExclusionReason,
  type MetricName,
  type Metrics,
  type MetricStatus,
} from '../api';
import {
  counted,
  ENGLISH_NUMBERS,
  isMany,
  sentence,
  share,
  type NumberWords,
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

function listExcluded(excluded: Excluded, say: NumberWords): string {
  const reasons = Object.entries(excluded).map(([reason, count]) => {
    const [one, many] = LEFT_OUT[reason as ExclusionReason];
    return count === 1 ? one : `${say.number(count)} ${many}`;
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

type Explain<Name extends MetricName> = (
  metric: Metrics[Name],
  say: NumberWords,
) => string;

function frequency(
  metric: Metrics['deploymentFrequency'],
  say: NumberWords,
): string {
  if (metric.count === 0) {
    return 'No deployment succeeded in the window.';
  }
  const rate = `${counted(
    metric.count,
    'successful deployment',
    say,
  )} in the window, or ${say.frequency(metric.value ?? 0)}`;
  if (metric.medianGap === null) {
    return `${rate}.`;
  }
  const gap = say.duration(metric.medianGap);
  return metric.count === 2
    ? `${rate}, ${gap} apart.`
    : `${rate}; half of the gaps between those of a service are at most ${gap}.`;
}

function atLeastSoLong(
  lowerBound: number,
  count: number,
  say: NumberWords,
): string {
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
    : `; ${say.number(
        lowerBound,
      )} of them may have taken longer, because their commit times are unknown`;
}

const contentsKnown = ({ with: known, of }: Coverage, say: NumberWords) =>
  known === 0
    ? 'The contents of no deployment are known.'
    : `The contents of ${share(known, of, 'deployment', say)} are known.`;

function leadTime(metric: Metrics['leadTime'], say: NumberWords): string {
  const { count } = metric;
  const took = say.duration(metric.p50 ?? 0);
  const half =
    count === 1
      ? `The only change took ${took}`
      : `Half of the ${say.number(count)} changes took at most ${took}`;
  return `${half} from commit to deployment${atLeastSoLong(
    metric.lowerBound,
    count,
    say,
  )}. ${contentsKnown(metric.coverage, say)}${listExcluded(
    metric.excluded,
    say,
  )}`;
}

function sourcesKnown({ with: known, of }: Coverage, say: NumberWords): string {
  if (of === 1) {
    return 'The incident source of the only service is known.';
  }
  return isMany(known, of)
    ? `The incident sources of ${share(known, of, 'service', say)} are known.`
    : `The incident source of ${share(known, of, 'service', say)} is known.`;
}

function failureShare(failed: number, count: number, say: NumberWords): string {
  const verb = count === 1 && failed === 0 ? 'did not fail' : 'failed';
  return sentence(`${share(failed, count, 'deployment', say)} ${verb}`);
}

const failureRate: Explain<'changeFailureRate'> = (metric, say) =>
  `${failureShare(
    metric.failed,
    metric.count,
    say,
  )}, rollbacks not counted: ${say.ratio(metric.value ?? 0)}. ${sourcesKnown(
    metric.coverage,
    say,
  )}`;

function stillOpen(open: number, say: NumberWords): string {
  if (open === 0) {
    return 'none was open at the end of the window';
  }
  return `${say.number(open)} ${
    open === 1 ? 'was' : 'were'
  } open at the end of the window`;
}

function restore(metric: Metrics['timeToRestore'], say: NumberWords): string {
  const active = say.duration(metric.p50 ?? 0);
  const half =
    metric.count === 1
      ? `The only resolved incident was active for ${active}`
      : `Half of the ${say.number(
          metric.count,
        )} resolved incidents were active for at most ${active}`;
  return `${half}; ${stillOpen(metric.open, say)}.${listExcluded(
    metric.excluded,
    say,
  )}`;
}

function recovery(
  metric: Metrics['failedDeploymentRecoveryTime'],
  say: NumberWords,
): string {
  const took = say.duration(metric.p50 ?? 0);
  const half =
    metric.count === 1
      ? `The only failed deployment that recovered did so within ${took}`
      : `Half of the ${say.number(
          metric.count,
        )} failed deployments that recovered did so within ${took}`;
  return `${half}.${listExcluded(metric.excluded, say)}`;
}

function rework(
  { rework: part, count, value }: Metrics['deploymentReworkRate'],
  say: NumberWords,
) {
  const not = count === 1 && part === 0 ? ' not' : '';
  const verb = isMany(part, count)
    ? 'were rollbacks, hotfixes or remediations'
    : `was${not} a rollback, hotfix or remediation`;
  return `${sentence(
    share(part, count, 'deployment', say),
  )} ${verb}: ${say.ratio(value ?? 0)}.`;
}

function success(
  { succeeded, failed, value }: Metrics['deploymentSuccessRate'],
  say: NumberWords,
) {
  const of = succeeded + failed;
  const verb = of === 1 && succeeded === 0 ? 'failed' : 'succeeded';
  return `${sentence(
    share(succeeded, of, 'finished deployment', say),
  )} ${verb}: ${say.ratio(value ?? 0)}.`;
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

function atLeastFailed(
  { failed, count }: Metrics['changeFailureRate'],
  say: NumberWords,
): string {
  if (failed === 0) {
    return '';
  }
  return failed === count
    ? ` ${failureShare(failed, count, say)}.`
    : ` At least ${share(failed, count, 'deployment', say)} failed.`;
}

function onlyOpen({ open }: Metrics['timeToRestore'], say: NumberWords) {
  return `${counted(open, 'incident', say)} ${
    open === 1 ? 'is' : 'are'
  } open, and none was resolved in the window.`;
}

/** Why there is no number, and what is known all the same. */
function noNumber(
  metric: Metrics[MetricName],
  status: Exclude<MetricStatus, 'ok'>,
  say: NumberWords,
): string {
  const why =
    status === 'only_open' && 'open' in metric
      ? onlyOpen(metric, say)
      : NO_NUMBER[status];
  if (
    status === 'no_incident_source' &&
    'failed' in metric &&
    'coverage' in metric
  ) {
    return `${why}${atLeastFailed(metric, say)}`;
  }
  return 'excluded' in metric
    ? `${why}${listExcluded(metric.excluded, say)}`
    : why;
}

/**
 * One plain sentence or two that say why a metric is as it is, from what it
 * was made of.
 *
 * @param numbers - how numbers are written in it; default: as the API does
 * @public
 */
export function explainMetric<Name extends MetricName>(
  name: Name,
  metric: Metrics[Name],
  numbers: NumberWords = ENGLISH_NUMBERS,
): string {
  const { status } = metric;
  if (status !== 'ok') {
    return noNumber(metric, status, numbers);
  }
  const explain: Explain<Name> = OK[name];
  return explain(metric, numbers);
}

/** {@link explainMetric} for every metric. @public */
export function explainMetrics(
  metrics: Metrics,
  numbers?: NumberWords,
): Record<MetricName, string> {
  const entries = METRIC_NAMES.map(name => [
    name,
    explainMetric(name, metrics[name], numbers),
  ]);
  return Object.fromEntries(entries) as Record<MetricName, string>;
}
