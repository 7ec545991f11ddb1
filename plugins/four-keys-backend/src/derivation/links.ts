import type { LinkMethod } from '@four-keys/backstage-plugin-four-keys-common';
import type { Success } from './deployments';
import type { Incident } from './incidents';
import { countUpTo } from './order';
import type { DeployedService, PlaceIndex } from './service';

/** The deployment that an incident is blamed on, and why. */
export interface IncidentLink {
  readonly method: LinkMethod;
  readonly deployment: Success | undefined;
}

const UNLINKED: IncidentLink = { method: 'unlinked', deployment: undefined };

const finishedAt = (success: Success) => success.finishedAt;

/** The last of these, which are in order, that had finished by then. */
function latestBy(
  successes: readonly Success[],
  limit: number,
): Success | undefined {
  return successes[countUpTo(successes, limit, finishedAt) - 1];
}

function findCorrected(
  incident: Incident,
  start: number,
  service: DeployedService | undefined,
): Success | undefined {
  const { deploymentId, place } = incident.correction!;
  if (deploymentId === undefined || !service) {
    return undefined;
  }
  const found = service.at(place ?? incident.place).withId(deploymentId);
  return latestBy(found, start) ?? found[0];
}

/** The deployment that an incident's `cause` names within one service. */
function findCause(
  incident: Incident,
  start: number,
  service: DeployedService,
): Success | undefined {
  const cause = incident.cause!;
  const index: PlaceIndex = service.at(incident.place);
  if (cause.deployment_id !== undefined) {
    const found = index.withId(cause.deployment_id);
    if (found.length > 0) {
      return latestBy(found, start) ?? found[0];
    }
  }
  if (cause.commit_sha !== undefined) {
    const sha = service.wholeSha(cause.commit_sha);
    const found =
      latestBy(index.ofSha(sha), start) ??
      index.firstOwner(service.changes.resolve([sha]));
    if (found) {
      return found;
    }
  }
  if (cause.pr_id !== undefined) {
    const pullRequest = service.changes.pullRequest(cause.pr_id);
    const found =
      pullRequest &&
      index.firstOwner(service.changes.resolve(pullRequest.listed));
    if (found) {
      return found;
    }
  }
  return cause.correlation_id === undefined
    ? undefined
    : latestBy(index.carrying(cause.correlation_id), start);
}

function findInWindow(
  incident: Incident,
  start: number,
  service: DeployedService | undefined,
  failureWindowMs: number,
): Success | undefined {
  const found =
    service && latestBy(service.at(incident.place).successes, start);
  return found && start - found.finishedAt <= failureWindowMs
    ? found
    : undefined;
}

/**
 * Decides which deployment an incident is blamed on.
 *
 * @param serviceOf - what a service deployed; undefined: nothing is known of it
 */
export function linkIncident(
  incident: Incident,
  serviceOf: (service: string) => DeployedService | undefined,
  failureWindowMs: number,
): IncidentLink {
  const { start, cause } = incident;
  if (start === undefined) {
    return UNLINKED;
  }
  const own = serviceOf(incident.service);
  if (incident.correction) {
    return {
      method: 'corrected',
      deployment: findCorrected(incident, start, own),
    };
  }
  if (incident.external) {
    return UNLINKED;
  }
  const blamed = cause && serviceOf(cause.service_id ?? incident.service);
  const explicit = blamed && findCause(incident, start, blamed);
  if (explicit) {
    return { method: 'explicit', deployment: explicit };
  }
  const inWindow = findInWindow(incident, start, own, failureWindowMs);
  return inWindow ? { method: 'window', deployment: inWindow } : UNLINKED;
}
