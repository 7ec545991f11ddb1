import type { Knex } from 'knex';
import {
  MOST_ROWS,
  readBuildClaims,
  readCarriers,
  readCarryingDeployments,
  readChanges,
  readIncidents,
  readJoinedDeployments,
  readPolicyClaims,
  type OfService,
  type StoryChange,
  type StoryClaim,
  type StoryDeployment,
  type StoryIncident,
} from './statements';

/** Everything that a story is told from. */
export interface Story {
  /** What carries the correlation id itself. */
  readonly carriers: readonly StoryClaim[];
  /** Builds and evaluations of policies, carriers among them. */
  readonly builds: readonly StoryClaim[];
  readonly policies: readonly StoryClaim[];
  readonly changes: readonly StoryChange[];
  readonly deployments: readonly StoryDeployment[];
  readonly incidents: readonly StoryIncident[];
  /** Some of it was left unread. */
  readonly truncated: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown) =>
  typeof value === 'string' ? value : undefined;

/** Each pair once, without those that lack a part. */
function distinct(
  found: Iterable<readonly [string | null | undefined, unknown]>,
): OfService[] {
  const pairs = new Map<string, OfService>();
  for (const [service, value] of found) {
    if (service && typeof value === 'string') {
      pairs.set(JSON.stringify([service, value]), { service, value });
    }
  }
  return [...pairs.values()];
}

/** The commits that a claim names: its own, and those it lists. */
function commitsOf({ service, data }: StoryClaim) {
  const { commit_sha: sha, commits } = data as Fields;
  const listed = Array.isArray(commits) ? (commits as Fields[]) : [];
  return [sha, ...listed.map(commit => commit.sha)].map(
    value => [service, value] as const,
  );
}

const runOf = ({ service, data }: StoryClaim) =>
  [service, (data as Fields).pipeline_run_id] as const;

const isKind = (prefix: string) => (claim: StoryClaim) =>
  claim.kind.startsWith(prefix);

function unite<T>(lists: ReadonlyArray<readonly T[]>, key: (one: T) => string) {
  const united = new Map<string, T>();
  for (const one of lists.flat()) {
    united.set(key(one), one);
  }
  return [...united.values()];
}

/**
 * Reads what belongs to a correlation id: first what carries it, then what
 * shares a commit or a run with that, last the incidents of the deployments.
 *
 * It stops there, because a stamped id stays in its repository for years: each
 * further turn would bring in what only happened near it.
 *
 * @returns undefined when nothing carries the id.
 */
export async function readStory(
  knex: Knex,
  correlationId: string,
): Promise<Story | undefined> {
  const [carriers, carrying] = await Promise.all([
    readCarriers(knex, correlationId),
    readCarryingDeployments(knex, correlationId),
  ]);
  if (carriers.length === 0 && carrying.length === 0) {
    return undefined;
  }
  const commits = distinct([
    ...carriers.flatMap(commitsOf),
    ...carrying.map(one => [one.service, one.commit_sha] as const),
  ]);
  const runs = distinct([
    ...carriers.map(runOf),
    ...carrying.map(one => [one.service, one.pipeline_run_id] as const),
  ]);
  const joined = await readJoinedDeployments(knex, commits, runs);
  const deployments = unite([carrying, joined], one =>
    JSON.stringify([one.service, one.environment, one.id]),
  );
  const runsOfDeployments = distinct([
    ...runs.map(({ service, value }) => [service, value] as const),
    ...deployments.map(one => [one.service, one.pipeline_run_id] as const),
  ]);
  const scaffoldRuns = carriers
    .filter(isKind('scaffold.'))
    .flatMap(({ data }) => text((data as Fields).run_id) ?? []);
  const incidentsNamed = distinct(
    carriers
      .filter(isKind('incident.'))
      .map(({ service, data }) => [service, (data as Fields).incident_id]),
  );
  const [buildClaims, policyClaims, changes, incidents] = await Promise.all([
    readBuildClaims(knex, runsOfDeployments, commits),
    readPolicyClaims(knex, [
      ...scaffoldRuns,
      ...runsOfDeployments.map(({ value }) => value),
    ]),
    readChanges(knex, commits, deployments),
    readIncidents(knex, incidentsNamed, deployments),
  ]);
  const services = new Set([
    ...carriers.map(({ service }) => service),
    ...deployments.map(({ service }) => service),
  ]);
  // Numbers of runs are used by many services, and ids of scaffolder runs by one.
  const policies = policyClaims.filter(({ service, data }) =>
    service === null
      ? scaffoldRuns.includes(String((data as Fields).run_id))
      : services.has(service),
  );
  const identity = ({ source, id }: StoryClaim) => JSON.stringify([source, id]);
  const lists = [carriers, carrying, joined, buildClaims, policyClaims];
  return {
    carriers,
    builds: unite([carriers.filter(isKind('build.')), buildClaims], identity),
    policies: unite([carriers.filter(isKind('policy.')), policies], identity),
    changes,
    deployments,
    incidents,
    truncated: [...lists, changes, incidents].some(
      list => list.length === MOST_ROWS,
    ),
  };
}
