import {
  formatInstant,
  type EntityReadiness,
  type ReadinessTotals,
  type TeamReadiness,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { StoredService } from '../permissions';
import { noDeployments, silentEnvironment, unregistered } from './problems';
import type { LastDeployment } from './statements';
import type { Subject } from './subjects';

/** An entity or unregistered service as it stands, and the domain it is in. */
export interface Assessed extends EntityReadiness {
  readonly domain: string | null;
}

export interface AssessOptions {
  readonly subjects: readonly Subject[];
  readonly services: readonly StoredService[];
  readonly deployments: readonly LastDeployment[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly silentAfterMs: number;
  readonly docsUrl: string;
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string | null) {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const key = keyOf(one);
    if (key !== null) {
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
  }
  return groups;
}

/** The later of two moments; null: neither is known. */
const later = (a: number | null, b: number | null) =>
  a === null || b === null ? a ?? b : Math.max(a, b);

function deliveryProblems(
  subject: Subject,
  service: string,
  deployments: readonly LastDeployment[],
  { now, silentAfterMs, docsUrl }: AssessOptions,
) {
  const { entityRef, environments } = subject;
  if (!subject.deploys) {
    return [];
  }
  if (deployments.length === 0) {
    return [noDeployments(entityRef, service, docsUrl)];
  }
  return environments.flatMap(environment => {
    const lastAt = deployments
      .filter(
        one => one.environment === environment || one.tier === environment,
      )
      .reduce<number | null>((last, one) => later(last, one.last_at), null);
    return lastAt !== null && now - lastAt <= silentAfterMs
      ? []
      : [
          silentEnvironment({
            entityRef,
            service,
            environment,
            lastAt,
            silentAfterMs,
            docsUrl,
          }),
        ];
  });
}

const successOf = (deployments: readonly LastDeployment[]) =>
  deployments.reduce<number | null>(
    (last, one) => later(last, one.last_success_at),
    null,
  );

/** The entity that answers to a service; null: there is none, or none any more. */
const entityOf = ({ entityRef, removed }: StoredService) =>
  removed ? null : entityRef;

/** How every entity stands, and every service that no entity answers to. */
export function assess(options: AssessOptions): Assessed[] {
  const { subjects, services, docsUrl } = options;
  const servicesOf = groupBy(services, entityOf);
  const deploymentsOf = groupBy(options.deployments, one => one.service);
  const instant = (at: number | null) =>
    at === null ? null : formatInstant(at);
  const entities = subjects.map((subject): Assessed => {
    const known = servicesOf.get(subject.entityRef)?.map(one => one.service);
    const names = known ?? [];
    const service = names.includes(subject.serviceId ?? '')
      ? subject.serviceId
      : names[0] ?? subject.serviceId;
    const deployments = names.flatMap(name => deploymentsOf.get(name) ?? []);
    const { serviceId, deploys, environments, problems, ...about } = subject;
    const all = [
      ...problems,
      ...(service === null
        ? []
        : deliveryProblems(subject, service, deployments, options)),
    ];
    return {
      ...about,
      service,
      ready: all.length === 0,
      problems: all,
      lastDeployedAt: instant(successOf(deployments)),
    };
  });
  const strangers = services
    .filter(one => entityOf(one) === null)
    .map(
      ({ service, owner, system, domain }): Assessed => ({
        entityRef: null,
        service,
        title: service,
        kind: null,
        type: null,
        lifecycle: null,
        owner,
        system,
        domain,
        ready: false,
        problems: [unregistered(service, undefined, docsUrl)],
        lastDeployedAt: instant(successOf(deploymentsOf.get(service) ?? [])),
      }),
    );
  return [...entities, ...strangers];
}

export function totalsOf(rows: readonly EntityReadiness[]): ReadinessTotals {
  const problems: ReadinessTotals['problems'] = {};
  for (const { code } of rows.flatMap(row => row.problems)) {
    problems[code] = (problems[code] ?? 0) + 1;
  }
  const ready = rows.filter(row => row.ready).length;
  return {
    entities: rows.length,
    ready,
    share: rows.length === 0 ? null : ready / rows.length,
    problems,
  };
}

/** The totals of each team, the one with the most to mend first. */
export function teamsOf(rows: readonly EntityReadiness[]): TeamReadiness[] {
  const byTeam = groupBy(rows, row => row.owner ?? '');
  const toMend = ({ entities, ready }: ReadinessTotals) => entities - ready;
  return [...byTeam]
    .map(([team, own]) => ({ team: team || null, ...totalsOf(own) }))
    .sort(
      (a, b) =>
        toMend(b) - toMend(a) || ((a.team ?? '') < (b.team ?? '') ? -1 : 1),
    );
}
