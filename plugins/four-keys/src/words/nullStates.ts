import type {
  MetricName,
  Metrics,
  MetricStatus,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Formatter } from '../format';
import { isApproximate, METRIC_WORDS, sayExcluded } from './metrics';

/** Why there is no number. */
export type NullStatus = Exclude<MetricStatus, 'ok'>;

/** A number that is missing, in words. */
export interface NullState {
  /** A few words, for a table cell. */
  readonly short: string;
  /** One sentence: what is the case. */
  readonly what: string;
  /** One sentence: what to do about it, or that nothing is to be done. */
  readonly todo: string;
}

interface Context {
  readonly metrics: Metrics;
  readonly environment: string;
  readonly format: Formatter;
}

type Say = (context: Context) => NullState;

const GENERAL: Record<NullStatus, Say> = {
  no_data: ({ environment }) => ({
    short: 'no data',
    what: `No deployment to ${environment} has ever been seen.`,
    todo: `Let the pipeline report its deployments to ${environment}, for example with "four-keys emit deploy"; or look at another environment.`,
  }),
  no_deployments: ({ environment }) => ({
    short: 'no deployments',
    what: `No deployment to ${environment} succeeded in this window.`,
    todo: 'Choose a longer window; if there were deployments, ask why the pipeline no longer reports them.',
  }),
  no_incident_source: () => ({
    short: 'no incident source',
    what: 'Nobody says when something is broken, so this is unknown.',
    todo: 'Set the annotation four-keys.dev/incidents on the component, or send incident events.',
  }),
  contents_unknown: () => ({
    short: 'contents unknown',
    what: 'No deployment says which changes it contains.',
    todo: 'Send commit_sha with deployments, and a change event for each change that lands.',
  }),
  no_changes: () => ({
    short: 'no changes',
    what: 'The deployments of this window brought no new change.',
    todo: 'Nothing to mend if they only repeated an earlier version; otherwise send a change event for each change that lands.',
  }),
  inconsistent: () => ({
    short: 'left out',
    what: 'There were rows, and every one contradicts itself.',
    todo: 'Compare the clocks and times that the senders report.',
  }),
  only_open: () => ({
    short: 'still open',
    what: 'There are open incidents and none is resolved yet.',
    todo: 'The number comes when the first one is resolved; if it is, let the incident tool report that.',
  }),
  no_incidents: ({ environment }) => ({
    short: 'no incidents',
    what: `No incident of ${environment} was resolved in this window, and none is open.`,
    todo: 'Nothing to do; a longer window shows older ones.',
  }),
  no_failures: () => ({
    short: 'no failures',
    what: 'No failed deployment recovered in this window.',
    todo: 'Nothing to do; a longer window shows older ones.',
  }),
};

type Specific = {
  readonly [Name in MetricName]?: Partial<Record<NullStatus, Say>>;
};

/** Where a metric knows more than its status says. */
const SPECIFIC: Specific = {
  leadTime: {
    inconsistent: ({ metrics, format }) => ({
      short: 'left out',
      what: `No lead time can be computed: ${sayExcluded(
        metrics.leadTime.excluded,
        format,
      ).join(', ')}.`,
      todo: 'Send committed_at as the commit has it, and compare the clocks of the machines that report.',
    }),
  },
  changeFailureRate: {
    no_deployments: ({ environment }) => ({
      short: 'no deployments',
      what: `No deployment to ${environment} other than rollbacks succeeded in this window.`,
      todo: 'Choose a longer window; if there were deployments, ask why the pipeline no longer reports them.',
    }),
    no_incident_source: ({ metrics: { changeFailureRate }, format }) => ({
      short: `at least ${format.number(
        changeFailureRate.failed,
      )} of ${format.number(changeFailureRate.count)}`,
      what: `Nobody says which deployments hurt users; at least ${format.number(
        changeFailureRate.failed,
      )} of ${format.number(changeFailureRate.count)} did.`,
      todo: 'Set the annotation four-keys.dev/incidents on the component (to "rollbacks" if failures only show as rollbacks), or send incident events.',
    }),
  },
  timeToRestore: {
    no_incident_source: () => ({
      short: 'no incident source',
      what: 'Nobody reports incidents, so none are known; that does not mean there were none.',
      todo: 'Set the annotation four-keys.dev/incidents on the component, or send incident events.',
    }),
    only_open: ({ metrics: { timeToRestore }, format }) => ({
      short: `${format.number(timeToRestore.open)} open`,
      what: `${format.count(timeToRestore.open, 'incident')} open${
        timeToRestore.oldestOpenAge === null
          ? ''
          : `, the oldest for ${format.duration(timeToRestore.oldestOpenAge)}`
      }; none was resolved in this window.`,
      todo: 'The number comes when the first one is resolved; if it is, let the incident tool report that.',
    }),
  },
  failedDeploymentRecoveryTime: {
    no_incident_source: () => ({
      short: 'no incident source',
      what: 'Nobody says which deployments failed, so no recovery is known.',
      todo: 'Set the annotation four-keys.dev/incidents on the component (to "rollbacks" if failures only show as rollbacks), or send incident events.',
    }),
    inconsistent: ({ metrics, format }) => ({
      short: 'left out',
      what: `No recovery time can be computed: ${sayExcluded(
        metrics.failedDeploymentRecoveryTime.excluded,
        format,
      ).join(', ')}.`,
      todo: 'Compare the times that the pipeline and the incident tool report.',
    }),
  },
  deploymentSuccessRate: {
    no_deployments: ({ environment }) => ({
      short: 'no deployments',
      what: `No deployment to ${environment} finished in this window.`,
      todo: 'Choose a longer window; if there were deployments, ask why the pipeline no longer reports them.',
    }),
  },
};

/** Why a metric has no number and what to do about it; undefined: it has one. */
export function sayNullState(
  name: MetricName,
  context: Context,
): NullState | undefined {
  const { status } = context.metrics[name];
  if (status === 'ok') {
    return undefined;
  }
  return (SPECIFIC[name]?.[status] ?? GENERAL[status])(context);
}

/** The number of a metric in words; null where it has none. */
export function sayValue(
  name: MetricName,
  metrics: Metrics,
  format: Formatter,
): string | null {
  const { status, value } = metrics[name];
  if (status !== 'ok' || value === null) {
    return null;
  }
  const said = METRIC_WORDS[name].value(value, format);
  return isApproximate(name, metrics) ? `about ${said}` : said;
}
