import type { IncidentClaim } from '../facts';
import { append, compareEvents } from './order';
import type { Place, Tiers } from './settings';

/** An incident of a service as its events tell it. Instants in milliseconds. */
export interface Incident {
  readonly service: string;
  readonly id: string;
  readonly place: Place;
  readonly title: string | undefined;
  readonly url: string | undefined;
  readonly severity: string | undefined;
  readonly external: boolean;
  /** Active periods; the end of one that runs is undefined. */
  readonly periods: ReadonlyArray<{ start: number; end: number | undefined }>;
  /** Undefined: it was only ever resolved. */
  readonly start: number | undefined;
  /** Undefined: open. */
  readonly resolvedAt: number | undefined;
  readonly lastResolvedAt: number | undefined;
  readonly cause: Cause | undefined;
  readonly correction: Correction | undefined;
}

/** What an incident says that it was caused by. */
export interface Cause {
  readonly deployment_id?: string | undefined;
  readonly commit_sha?: string | undefined;
  readonly pr_id?: string | undefined;
  readonly correlation_id?: string | undefined;
  readonly service_id?: string | undefined;
}

/** What a person said; no deployment: none is to blame. */
export interface Correction {
  readonly deploymentId: string | undefined;
  readonly place: Place | undefined;
  readonly by: string | undefined;
  readonly at: number;
  readonly reason: string | undefined;
}

type Link = Extract<IncidentClaim, { kind: 'incident.linked' }>;
type Step = Exclude<IncidentClaim, { kind: 'incident.linked' }>;

const RANK = {
  'incident.opened': 0,
  'incident.resolved': 1,
  'incident.reopened': 2,
} as const;

function walk(steps: readonly Step[]): Incident['periods'] {
  const periods: Array<{ start: number; end: number | undefined }> = [];
  let running: { start: number; end: number | undefined } | undefined;
  const inOrder = [...steps].sort(
    (a, b) =>
      a.time - b.time || RANK[a.kind] - RANK[b.kind] || compareEvents(a, b),
  );
  for (const step of inOrder) {
    if (step.kind !== 'incident.resolved') {
      if (!running) {
        running = { start: step.time, end: undefined };
        periods.push(running);
      }
    } else if (running) {
      running.end = step.time;
      running = undefined;
    }
  }
  return periods;
}

function correctionOf(link: Link, tiers: Tiers): Correction {
  const { deployment_id: deploymentId, environment } = link.data;
  return {
    deploymentId,
    place: environment === undefined ? undefined : tiers.placeOf(environment),
    by: link.data.corrected_by,
    at: link.time,
    reason: link.data.reason,
  };
}

function mergeIncident(
  service: string,
  id: string,
  events: readonly IncidentClaim[],
  tiers: Tiers,
): Incident | undefined {
  const isStep = (claim: IncidentClaim): claim is Step =>
    claim.kind !== 'incident.linked';
  const steps = events.filter(isStep);
  if (steps.length === 0) {
    return undefined;
  }
  const links = events.filter((claim): claim is Link => !isStep(claim));
  const correction = links.at(-1);
  const data: Partial<Step['data']> = Object.assign(
    {},
    ...steps.map(step => step.data),
  );
  const periods = walk(steps);
  return {
    service,
    id,
    place: tiers.placeOf(data.environment),
    title: data.title,
    url: data.url,
    severity: data.severity,
    external: data.external === true,
    periods,
    start: periods[0]?.start,
    resolvedAt: periods.at(-1)?.end,
    lastResolvedAt: steps.filter(s => s.kind === 'incident.resolved').at(-1)
      ?.time,
    cause: data.cause,
    correction: correction && correctionOf(correction, tiers),
  };
}

/** Every incident of a service. The claims are sorted by {@link compareEvents}. */
export function buildIncidents(
  service: string,
  claims: readonly IncidentClaim[],
  tiers: Tiers,
): Incident[] {
  const groups = new Map<string, IncidentClaim[]>();
  for (const claim of claims) {
    append(groups, claim.data.incident_id, claim);
  }
  return [...groups].flatMap(
    ([id, events]) => mergeIncident(service, id, events, tiers) ?? [],
  );
}
