import type {
  MetricName,
  Metrics,
  MetricStatus,
} from '@four-keys/backstage-plugin-four-keys-common';

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

const plural = (count: number, noun: string) =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A duration in the two largest units that say something. */
export function durationInWords(seconds: number): string {
  const rounded = Math.round(seconds);
  if (rounded === 0) {
    return seconds === 0 ? '0 seconds' : 'less than a second';
  }
  const first = UNITS.findIndex(([, size]) => rounded >= size);
  const [name, size] = UNITS[first];
  const whole = Math.floor(rounded / size);
  const [nextName, nextSize] = UNITS[first + 1] ?? ['second', 1];
  const rest = Math.floor((rounded - whole * size) / nextSize);
  return rest > 0
    ? `${plural(whole, name)} ${plural(rest, nextName)}`
    : plural(whole, name);
}

const percent = (ratio: number) => `${Number((ratio * 100).toFixed(1))} %`;

function listExcluded(excluded: Record<string, number>): string {
  const reasons = Object.entries(excluded).map(
    ([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`,
  );
  return reasons.length > 0 ? ` Left out: ${reasons.join(', ')}.` : '';
}

const NO_NUMBER: Record<Exclude<MetricStatus, 'ok'>, string> = {
  no_data:
    'No deployment has finished here before the end of the window; send deploy.completed events, or look at another environment.',
  no_deployments: 'Nothing was deployed in the window.',
  no_incident_source:
    'Nobody reports incidents of these services, so silence proves nothing; connect an incident tool or annotate the entity.',
  contents_unknown:
    'The deployments name no commit that is known; send change events, or commits with the deployment.',
  no_changes:
    'The deployments brought nothing that had not been deployed before.',
  inconsistent: 'Every row contradicts itself; the evidence lists them.',
  only_open: 'Incidents are open, and none was resolved in the window.',
  no_incidents: 'No incident was resolved in the window, and none is open.',
  no_failures: 'No failed deployment recovered in the window.',
};

type Explain<Name extends MetricName> = (metric: Metrics[Name]) => string;

const OK: { [Name in MetricName]: Explain<Name> } = {
  deploymentFrequency: metric =>
    `${plural(
      metric.count,
      'successful deployment',
    )} in the window make ${Number((metric.value ?? 0).toPrecision(3))} a day${
      metric.medianGap === null
        ? '.'
        : `; half of the gaps between them are at most ${durationInWords(
            metric.medianGap,
          )}.`
    }`,
  leadTime: metric =>
    `Half of ${plural(metric.count, 'change')} took at most ${durationInWords(
      metric.p50 ?? 0,
    )} from commit to deployment${
      metric.lowerBound > 0
        ? `; ${metric.lowerBound} of them at least that long as measured, because their commit time is unknown`
        : ''
    }. The contents of ${metric.coverage.with} of ${plural(
      metric.coverage.of,
      'deployment',
    )} are known.${listExcluded(metric.excluded)}`,
  changeFailureRate: metric =>
    `${metric.failed} of ${plural(
      metric.count,
      'deployment',
    )} failed, rollbacks not counted: ${percent(
      metric.value ?? 0,
    )}. The incident source of ${metric.coverage.with} of ${plural(
      metric.coverage.of,
      'service',
    )} is known.`,
  timeToRestore: metric =>
    `Half of ${plural(
      metric.count,
      'resolved incident',
    )} were active for at most ${durationInWords(metric.p50 ?? 0)}; ${
      metric.open
    } open at the end of the window.${listExcluded(metric.excluded)}`,
  failedDeploymentRecoveryTime: metric =>
    `Half of ${plural(
      metric.count,
      'failed deployment',
    )} had recovered within ${durationInWords(metric.p50 ?? 0)}.${listExcluded(
      metric.excluded,
    )}`,
  deploymentReworkRate: metric =>
    `${metric.rework} of ${plural(
      metric.count,
      'deployment',
    )} were rollbacks, hotfixes or remediations: ${percent(
      metric.value ?? 0,
    )}.`,
  deploymentSuccessRate: metric =>
    `${metric.succeeded} of ${plural(
      metric.succeeded + metric.failed,
      'finished deployment',
    )} succeeded: ${percent(metric.value ?? 0)}.`,
};

function atLeast(metrics: Metrics): string {
  const { failed, count } = metrics.changeFailureRate;
  return ` At least ${failed} of ${plural(count, 'deployment')} failed.`;
}

/** One plain sentence or two about a metric, from the numbers themselves. */
export function explainMetric<Name extends MetricName>(
  name: Name,
  metrics: Metrics,
): string {
  const { status } = metrics[name];
  if (status === 'ok') {
    const explain: Explain<Name> = OK[name];
    return explain(metrics[name]);
  }
  const excluded =
    'excluded' in metrics[name] ? listExcluded(metrics[name].excluded) : '';
  return `${NO_NUMBER[status]}${
    name === 'changeFailureRate' && status === 'no_incident_source'
      ? atLeast(metrics)
      : ''
  }${excluded}`;
}

/** {@link explainMetric} for every metric. */
export function explainMetrics(metrics: Metrics): Record<MetricName, string> {
  const names = Object.keys(OK) as MetricName[];
  const entries = names.map(name => [name, explainMetric(name, metrics)]);
  return Object.fromEntries(entries) as Record<MetricName, string>;
}
