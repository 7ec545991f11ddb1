import type {
  Excluded,
  ExclusionReason,
  MetricName,
  Metrics,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';

/** How a metric is named, and what it asks. */
export interface MetricWords<Name extends MetricName> {
  readonly title: string;
  readonly question: string;
  /** The number in words; only for a metric that has one. */
  value(number: number, format: Formatter): string;
  /** What stands near the number: how many rows, how many of how many. */
  facts(metric: Metrics[Name], format: Formatter): string[];
}

/** Why a row is left out, as the end of a sentence. */
export const EXCLUDED: Record<ExclusionReason, string> = {
  deployed_before_commit: 'deployed before their commit',
  commit_time_unknown: 'without a commit time',
  recovered_before_failure: 'recovered before they failed',
  resolved_before_opened: 'resolved without ever being opened',
};

/** The reasons of the map above, so that new ones cannot be forgotten. */
const REASONS = Object.keys(EXCLUDED) as ExclusionReason[];

/** `2 left out: without a commit time`, one for each reason that occurs. */
export function sayExcluded(excluded: Excluded, format: Formatter): string[] {
  return REASONS.flatMap(reason => {
    const rows = excluded[reason] ?? 0;
    return rows > 0
      ? [`${format.number(rows)} left out: ${EXCLUDED[reason]}`]
      : [];
  });
}

const only = (condition: boolean, fact: () => string): string[] =>
  condition ? [fact()] : [];

const duration = (seconds: number, format: Formatter) =>
  format.duration(seconds);

const ratio = (value: number, format: Formatter) => format.ratio(value);

/** `90 % within 5 h`; null says nothing. */
const p90 = (seconds: number | null, format: Formatter): string[] =>
  seconds === null
    ? []
    : [`${format.ratio(0.9)} within ${format.duration(seconds)}`];

type Words = { readonly [Name in MetricName]: MetricWords<Name> };

/** Every metric in words. */
export const METRIC_WORDS: Words = {
  deploymentFrequency: {
    title: 'Deployment frequency',
    question: 'How often do changes reach users?',
    value: (perDay, format) => format.frequency(perDay),
    facts: ({ count, medianGap }, format) => [
      format.count(count, 'deployment'),
      ...(medianGap === null
        ? []
        : [
            `${format.duration(medianGap)} between those of a service (median)`,
          ]),
    ],
  },
  leadTime: {
    title: 'Lead time for changes',
    question: 'How long from commit to users? (median)',
    value: duration,
    facts: (metric, format) => [
      format.count(metric.count, 'change'),
      ...p90(metric.p90, format),
      ...only(
        metric.coverage.of > 0,
        () =>
          `contents known for ${format.number(
            metric.coverage.with,
          )} of ${format.count(metric.coverage.of, 'deployment')}`,
      ),
      ...only(
        metric.lowerBound > 0,
        () => `${format.number(metric.lowerBound)} at least that long`,
      ),
      ...sayExcluded(metric.excluded, format),
    ],
  },
  changeFailureRate: {
    title: 'Change failure rate',
    question: 'How many deployments hurt users?',
    value: ratio,
    facts: ({ failed, count, coverage }, format) => [
      `${format.number(failed)} of ${format.count(count, 'deployment')} failed`,
      ...only(
        coverage.of > 0,
        () =>
          `incidents known for ${format.number(
            coverage.with,
          )} of ${format.count(coverage.of, 'service')}`,
      ),
    ],
  },
  timeToRestore: {
    title: 'Time to restore',
    question: 'How long do incidents last? (median)',
    value: duration,
    facts: (metric, format) => [
      `${format.count(metric.count, 'incident')} resolved`,
      ...p90(metric.p90, format),
      ...only(
        metric.open > 0,
        () =>
          `${format.number(metric.open)} open${
            metric.oldestOpenAge === null
              ? ''
              : `, the oldest for ${format.duration(metric.oldestOpenAge)}`
          }`,
      ),
      ...sayExcluded(metric.excluded, format),
    ],
  },
  failedDeploymentRecoveryTime: {
    title: 'Failed deployment recovery time',
    question: 'How long until a failed deployment is mended? (median)',
    value: duration,
    facts: (metric, format) => [
      format.count(metric.count, 'recovery', 'recoveries'),
      ...p90(metric.p90, format),
      ...sayExcluded(metric.excluded, format),
    ],
  },
  deploymentReworkRate: {
    title: 'Deployment rework rate',
    question: 'How many deployments repair an earlier one?',
    value: ratio,
    facts: ({ rework, count }, format) => [
      `${format.number(rework)} of ${format.count(count, 'deployment')}`,
    ],
  },
  deploymentSuccessRate: {
    title: 'Deployment success rate',
    question: 'How many deployments come through the pipeline?',
    value: ratio,
    facts: ({ succeeded, failed }, format) => [
      `${format.number(succeeded)} of ${format.count(
        succeeded + failed,
        'finished deployment',
      )}`,
    ],
  },
};

/** The metrics whose value itself is a percentile. */
const PERCENTILES: readonly MetricName[] = [
  'leadTime',
  'timeToRestore',
  'failedDeploymentRecoveryTime',
];

const hasSketch = (name: MetricName, metrics: Metrics): boolean => {
  const metric = metrics[name];
  return 'approximate' in metric && metric.approximate === true;
};

/** Whether the number comes from a sketch, as one about many services may. */
export const isApproximate = (name: MetricName, metrics: Metrics): boolean =>
  PERCENTILES.includes(name) && hasSketch(name, metrics);

/** The facts near a metric of that name. */
export function sayFacts<Name extends MetricName>(
  name: Name,
  metrics: Metrics,
  format: Formatter,
): string[] {
  return [
    ...METRIC_WORDS[name].facts(metrics[name], format),
    ...only(
      hasSketch(name, metrics),
      () => `percentiles approximate, at most ${format.ratio(0.01)} off`,
    ),
  ];
}
