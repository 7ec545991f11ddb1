import type { ContractEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { contentsOf, successesAmong, type Contents } from './contents';
import { hasFailed, recoveredAt, remediatedBy } from './failures';
import { Changes } from './facts/changes';
import { deploymentsOf, takesPart, type Deployment } from './facts/deployments';
import { Environments, type EnvironmentTable } from './facts/environments';
import { ofKind, withoutDuplicates } from './facts/events';
import {
  incidentsOf,
  type Incident,
  type NeverOpened,
} from './facts/incidents';
import { Lineage } from './facts/lineage';
import { pullRequestsOf, type PullRequest } from './facts/pullRequests';
import { shaResolver } from './facts/shas';
import { linkOf, type Link, type Linkable } from './links';
import { groupBy } from './order';
import { rollbacksOf, undoneBy } from './rollbacks';

/** The settings that decide what a history means. @public */
export interface HistorySettings {
  readonly environments: EnvironmentTable;
  /** `fourKeys.metrics.failureWindow` in milliseconds. */
  readonly failureWindowMs: number;
}

/** A deployment that reached users, with everything that followed. @public */
export interface Success {
  readonly deployment: Deployment;
  readonly contents: Contents;
  readonly rollback: boolean;
  /** What this rollback undid; null: nothing, or it is none. */
  readonly undid: Deployment | null;
  readonly failed: boolean;
  /** Milliseconds since the epoch; null: it did not fail, or has not recovered. */
  readonly recoveredAt: number | null;
}

/** An incident and the deployment that it is blamed on. @public */
export interface LinkedIncident {
  readonly incident: Incident;
  readonly link: Link;
}

/** Everything that the events say about one service. @public */
export interface ServiceHistory {
  readonly service: string;
  /** Every deployment, whatever its status and kind, in order. */
  readonly deployments: readonly Deployment[];
  readonly pullRequests: readonly PullRequest[];
  readonly changes: Changes;
  /** Successes that take part, in order. */
  readonly successes: readonly Success[];
  /** Failures that take part, in order. */
  readonly failures: readonly Deployment[];
  readonly incidents: readonly LinkedIncident[];
  readonly neverOpened: readonly NeverOpened[];
  readonly lineage: Lineage;
}

/** What the events mean, before any question. @public */
export interface History {
  readonly environments: Environments;
  readonly services: ReadonlyMap<string, ServiceHistory>;
}

/** What one service's own events say, before incidents tie services together. */
function factsOf(
  service: string,
  events: readonly ContractEvent[],
  environments: Environments,
) {
  const changeEvents = ofKind(events, 'change.created', 'change.merged');
  const wholeSha = shaResolver(changeEvents);
  const pullRequests = pullRequestsOf(changeEvents);
  const changes = new Changes(events, pullRequests, wholeSha);
  const deployments = deploymentsOf(
    ofKind(events, 'deploy.started', 'deploy.completed'),
    environments,
    wholeSha,
  );
  const successes = successesAmong(deployments);
  const contents = contentsOf(successes, changes);
  const streams = [
    ...groupBy(successes, success => success.environment).values(),
  ];
  const linkable: Linkable = {
    successes,
    changes,
    wholeSha,
    brings: deployment => contents.get(deployment)!.brings,
  };
  return {
    service,
    deployments,
    pullRequests,
    changes,
    successes,
    contents,
    streams,
    rollbacks: new Set(streams.flatMap(stream => [...rollbacksOf(stream)])),
    incidents: incidentsOf(
      ofKind(
        events,
        'incident.opened',
        'incident.resolved',
        'incident.reopened',
      ),
      ofKind(events, 'incident.linked'),
      environments,
    ),
    lineage: new Lineage(events),
    linkable,
  };
}

type Facts = ReturnType<typeof factsOf>;

/** The successes of a service with what incidents, rollbacks and remedies say of them. */
function judgeSuccesses(
  facts: Facts,
  links: ReadonlyMap<Incident, Link>,
): Success[] {
  const blaming = groupBy(links, ([, { deployment }]) => deployment);
  const incidentsOn = (deployment: Deployment) =>
    (blaming.get(deployment) ?? []).map(([incident]) => incident);
  const undone = new Map(
    facts.streams.flatMap(stream => [
      ...undoneBy(
        stream,
        facts.rollbacks,
        deployment => incidentsOn(deployment).length > 0,
      ),
    ]),
  );
  const linkOfIncident = (id: string) => {
    const incident = facts.incidents.begun.find(other => other.id === id);
    return incident && links.get(incident);
  };
  const remedied = new Map(
    facts.successes.map(success => [
      success,
      remediatedBy(success, facts.successes, linkOfIncident),
    ]),
  );

  return facts.successes.map(deployment => {
    const aftermath = {
      incidents: incidentsOn(deployment),
      repairs: facts.successes.filter(
        later =>
          undone.get(later) === deployment ||
          remedied.get(later) === deployment,
      ),
    };
    return {
      deployment,
      contents: facts.contents.get(deployment)!,
      rollback: facts.rollbacks.has(deployment),
      undid: undone.get(deployment) ?? null,
      failed: hasFailed(aftermath),
      recoveredAt: recoveredAt(aftermath),
    };
  });
}

const serviceIdOf = (event: ContractEvent): string | undefined =>
  event.data.service_id;

/**
 * Sections 1 to 3: what a list of events means. Order and duplicates do not
 * matter, except that of two different events with one `(source, id)` the
 * first one stays.
 *
 * @public
 */
export function deriveHistory(
  events: readonly ContractEvent[],
  settings: HistorySettings,
): History {
  const environments = new Environments(settings.environments);
  const perService = groupBy(withoutDuplicates(events), serviceIdOf);
  const facts = new Map<string, Facts>();
  for (const [service, own] of perService) {
    if (service !== undefined) {
      facts.set(service, factsOf(service, own, environments));
    }
  }

  const links = new Map<Incident, Link>();
  for (const { incidents } of facts.values()) {
    for (const incident of incidents.begun) {
      const link = linkOf(incident, {
        environments,
        failureWindowMs: settings.failureWindowMs,
        serviceOf: service => facts.get(service)?.linkable,
      });
      links.set(incident, link);
    }
  }

  const services = new Map<string, ServiceHistory>();
  for (const [service, known] of facts) {
    services.set(service, {
      service,
      deployments: known.deployments,
      pullRequests: known.pullRequests,
      changes: known.changes,
      successes: judgeSuccesses(known, links),
      failures: known.deployments.filter(
        deployment => deployment.status === 'failure' && takesPart(deployment),
      ),
      incidents: known.incidents.begun.map(incident => ({
        incident,
        link: links.get(incident)!,
      })),
      neverOpened: known.incidents.neverOpened,
      lineage: known.lineage,
    });
  }
  return { environments, services };
}
