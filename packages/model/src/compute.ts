import {
  formatInstant,
  type ChangeFailureRate,
  type DeploymentFrequency,
  type DeploymentReworkRate,
  type DeploymentSuccessRate,
  type FailedDeploymentRecoveryTime,
  type LeadTime,
  type LinkMethod,
  type SeriesPoint,
  type TimeToRestore,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Place } from './facts/environments';
import {
  deriveHistory,
  type History,
  type LinkedIncident,
  type Success,
} from './history';
import {
  parseComputeInput,
  type ComputeInput,
  type ComputeSettings,
  type ComputeQuery,
} from './input';
import {
  deploymentFrequency,
  deploymentReworkRate,
  deploymentSuccessRate,
} from './metrics/deployments';
import { changeFailureRate } from './metrics/failureRate';
import { leadTime } from './metrics/leadTime';
import { secondsOrNull } from './metrics/numbers';
import { failedDeploymentRecoveryTime } from './metrics/recovery';
import { timeToRestore } from './metrics/restore';
import { seriesOf } from './metrics/series';
import { knowsIncidents, servicesOfScope } from './metrics/sources';
import { isWithin, observedDays } from './metrics/window';
import { compareText, sorted } from './order';
import { rowsOf } from './rows';
import type { CatalogService } from './scope';

/** A success of an answer. Instants are RFC 3339 UTC with milliseconds. @public */
export interface ComputeDeployment {
  service: string;
  environment: string;
  /** The deployment id, or `run:` and the run's id. */
  id: string;
  finished_at: string;
  /** As given. */
  kind: string | null;
  rollback: boolean;
  failed: boolean;
  /** The id of the deployment that this rollback undid. */
  undid: string | null;
  /** Null: it did not fail, or has not recovered. */
  recovered_at: string | null;
  contentsKnown: boolean;
  /** The shas that belong to it in its own stream, sorted. */
  changes: string[];
}

/** An incident of an answer. @public */
export interface ComputeIncident {
  service: string;
  incident_id: string;
  start: string;
  /** Null: open. */
  resolved_at: string | null;
  /** Seconds active; null: open. */
  duration: number | null;
  link: {
    method: LinkMethod;
    service: string | null;
    environment: string | null;
    deployment_id: string | null;
  };
}

/** The answer to one query. Durations in seconds, ratios 0..1. @public */
export interface ComputeOutput {
  window: { from: string; to: string; observedDays: number | null };
  metrics: {
    deploymentFrequency: Omit<DeploymentFrequency, 'unit'>;
    leadTime: Omit<LeadTime, 'unit'>;
    changeFailureRate: Omit<ChangeFailureRate, 'unit'>;
    timeToRestore: Omit<TimeToRestore, 'unit'>;
    failedDeploymentRecoveryTime: Omit<FailedDeploymentRecoveryTime, 'unit'>;
    deploymentReworkRate: Omit<DeploymentReworkRate, 'unit'>;
    deploymentSuccessRate: Omit<DeploymentSuccessRate, 'unit'>;
  };
  series: SeriesPoint[];
  deployments: ComputeDeployment[];
  incidents: ComputeIncident[];
}

const instantOrNull = (instant: number | null) =>
  instant === null ? null : formatInstant(instant);

const describeSuccess = (success: Success): ComputeDeployment => ({
  service: success.deployment.service,
  environment: success.deployment.environment,
  id: success.deployment.id,
  finished_at: formatInstant(success.deployment.finishedAt),
  kind: success.deployment.kind,
  rollback: success.rollback,
  failed: success.failed,
  undid: success.undid?.id ?? null,
  recovered_at: instantOrNull(success.recoveredAt),
  contentsKnown: success.contents.known,
  changes: sorted(success.contents.brings, compareText),
});

const describeIncident = ({
  incident,
  link,
}: LinkedIncident): ComputeIncident => ({
  service: incident.service,
  incident_id: incident.id,
  start: formatInstant(incident.start),
  resolved_at: instantOrNull(incident.resolvedAt),
  duration: secondsOrNull(incident.duration),
  link: {
    method: link.method,
    service: link.deployment?.service ?? null,
    environment: link.deployment?.environment ?? null,
    deployment_id: link.deployment?.id ?? null,
  },
});

function answer(
  query: ComputeQuery,
  history: History,
  catalog: ReadonlyMap<string, CatalogService>,
  settings: ComputeSettings,
): ComputeOutput {
  const { scope } = query;
  const window = { from: query.from, to: Math.min(query.to, settings.now) };
  const place: Place = history.environments.placeOf(query.environment);
  const rows = rowsOf(history, catalog, scope, place);
  const knows = knowsIncidents(
    history,
    catalog,
    settings.incidentSource,
    place,
    window,
  );
  const isSourceKnown = [...servicesOfScope(rows, catalog, scope, window)].some(
    knows,
  );
  const { bandYear } = settings;
  const isIn = isWithin(window);

  return {
    window: {
      from: formatInstant(window.from),
      to: formatInstant(window.to),
      observedDays: observedDays(rows, window),
    },
    metrics: {
      deploymentFrequency: deploymentFrequency(rows, window, {
        bandYear,
        ofOneService: scope.by === 'service',
      }),
      leadTime: leadTime(rows, window, { bandYear }),
      changeFailureRate: changeFailureRate(rows, window, knows, { bandYear }),
      timeToRestore: timeToRestore(rows, window, isSourceKnown, { bandYear }),
      failedDeploymentRecoveryTime: failedDeploymentRecoveryTime(
        rows,
        window,
        isSourceKnown,
        { bandYear },
      ),
      deploymentReworkRate: deploymentReworkRate(rows, window),
      deploymentSuccessRate: deploymentSuccessRate(rows, window),
    },
    series: seriesOf(rows, window, knows, {
      timezone: query.timezone,
      bucket: query.bucket,
      bandYear,
    }),
    deployments: rows.successes
      .filter(success => isIn(success.deployment.finishedAt))
      .map(describeSuccess),
    incidents: rows.incidents
      .filter(({ incident }) => isIn(incident.start))
      .map(describeIncident),
  };
}

/**
 * Answers the questions about one history, as `four-keys compute` does.
 *
 * @param input - see {@link ComputeInput}; checked, whatever its type says
 * @returns one answer per query, in order
 * @throws {@link ComputeInputError} when the input is not what it should be
 * @public
 */
export function compute(input: ComputeInput): ComputeOutput[] {
  const { events, catalog, queries, settings } = parseComputeInput(input);
  const history = deriveHistory(events, settings);
  const byService = new Map(catalog.map(entry => [entry.service, entry]));
  return queries.map(query => answer(query, history, byService, settings));
}
