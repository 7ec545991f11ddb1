import {
  DEFAULT_TYPE_PREFIX,
  formatInstant,
} from '@four-keys/backstage-plugin-four-keys-common';
import { eventId } from '../emit/identity';
import type { JsonEvent } from '../transport/client';
import type { PlannedDeployment } from './deployments';
import { newlyReached, withoutMerges, type GitLanding } from './landings';
import type { Commit } from './log';
import type { PullRequestNumber } from './pullRequest';

/** Whose events these are to equal, `github:github.com` for example. */
export interface Vendor {
  readonly type: string;
  readonly instance: string;
}

export interface Telling {
  readonly service: string;
  /** Path of the repository, in lower case. */
  readonly container: string;
  /** The branch of the landings. */
  readonly branch: string;
  readonly vendor?: Vendor;
}

/** More of them with their times would exceed what one event may weigh. */
const MAX_TIMED_COMMITS = 2000;
const MAX_COMMITS = 5000;

const timed = ({ sha, authoredAt }: Commit) =>
  authoredAt === undefined
    ? { sha }
    : { sha, committed_at: formatInstant(authoredAt) };

function toEvent(
  { vendor, container }: Telling,
  options: {
    kind: string;
    id: readonly string[];
    time: number;
    data: Record<string, unknown>;
  },
): JsonEvent {
  return {
    specversion: '1.0',
    id: eventId(...container.split('/'), ...options.id),
    source: vendor ? `/${vendor.type}/${vendor.instance}` : '/git/local',
    type: `${DEFAULT_TYPE_PREFIX}.${options.kind}`,
    time: formatInstant(options.time),
    datacontenttype: 'application/json',
    data: Object.fromEntries(
      Object.entries(options.data).filter(([, value]) => value !== undefined),
    ),
  };
}

/** On GitLab `(#42)` is an issue, and elsewhere nothing is a merge request. */
const isNumberOf = (kind: 'pr' | 'mr', vendor: Vendor | undefined) =>
  !vendor || (kind === 'mr') === (vendor.type === 'gitlab');

/**
 * The pull request of each landing. A number that a later landing repeats, a
 * cherry-pick for example, belongs to the first.
 */
function numbersOf(landings: readonly GitLanding[], vendor?: Vendor) {
  const taken = new Set<string>();
  const numbers = new Map<string, PullRequestNumber>();
  for (const { commit } of landings) {
    const { sha, pullRequest } = commit;
    if (pullRequest && isNumberOf(pullRequest.kind, vendor)) {
      const key = `${pullRequest.kind}/${pullRequest.number}`;
      if (!taken.has(key)) {
        taken.add(key);
        numbers.set(sha, pullRequest);
      }
    }
  }
  return numbers;
}

/** What landed, one event a landing; very large ones take some more. */
export function landingEvents(
  landings: readonly GitLanding[],
  telling: Telling,
): JsonEvent[] {
  const numbers = numbersOf(landings, telling.vendor);
  return landings.flatMap(({ commit, contents }) => {
    if (contents.length === 0) {
      return [];
    }
    const time = commit.committedAt ?? 0;
    const pullRequest = numbers.get(commit.sha);
    const base = {
      service_id: telling.service,
      branch: telling.branch,
      repository: telling.container,
      merged_at: formatInstant(time),
    };
    const landing = {
      ...base,
      commit_sha: commit.sha,
      pr_id: pullRequest?.number,
    };
    const commits = contents.slice(0, MAX_TIMED_COMMITS).map(timed);
    const id = pullRequest
      ? [pullRequest.kind, pullRequest.number, 'merged', commit.sha]
      : ['change', commit.sha];
    const kind = 'change.merged';
    // A webhook knows no commits; they come as an event of their own, as live.
    const own =
      telling.vendor && pullRequest
        ? [
            toEvent(telling, { kind, id, time, data: landing }),
            toEvent(telling, {
              kind,
              id: [...id, 'commits'],
              time,
              data: { ...landing, commits },
            }),
          ]
        : [toEvent(telling, { kind, id, time, data: { ...landing, commits } })];
    const beyond = contents.slice(MAX_TIMED_COMMITS).map(one =>
      toEvent(telling, {
        kind,
        id: ['change', one.sha],
        time,
        data: { ...base, commit_sha: one.sha, commits: [timed(one)] },
      }),
    );
    return [...own, ...beyond];
  });
}

function entries(contents: readonly Commit[]) {
  if (contents.length > MAX_COMMITS) {
    return undefined;
  }
  return contents.length > MAX_TIMED_COMMITS
    ? contents.map(({ sha }) => sha)
    : contents.map(timed);
}

/**
 * The deployments, each with what no earlier success of its environment had.
 * The first one of an environment lists nothing: it is the baseline, and years
 * of history are no lead time of it.
 */
export function deploymentEvents(
  deployments: readonly PlannedDeployment[],
  commits: ReadonlyMap<string, Commit>,
  telling: Telling,
  isOnBranch: (sha: string) => boolean,
): JsonEvent[] {
  const deployed = new Map<string, Set<string>>();
  return deployments
    .map(deployment => ({
      ...deployment,
      time: deployment.time ?? commits.get(deployment.sha)?.committedAt ?? 0,
    }))
    .sort(
      (a, b) => a.time - b.time || (a.deploymentId < b.deploymentId ? -1 : 1),
    )
    .map(({ time, sha, environment, status, ...deployment }) => {
      const before = deployed.get(environment);
      let contents: Commit[] = [];
      if (status === 'success') {
        const seen = before ?? new Set<string>();
        deployed.set(environment, seen);
        contents = withoutMerges(newlyReached(sha, commits, seen));
      }
      return toEvent(telling, {
        kind: 'deploy.completed',
        id: deployment.eventId,
        time,
        data: {
          service_id: telling.service,
          environment,
          deployment_id: deployment.deploymentId,
          status,
          commit_sha: sha,
          branch: isOnBranch(sha) ? telling.branch : undefined,
          version: deployment.version,
          kind: deployment.kind,
          commits:
            before && contents.length > 0 ? entries(contents) : undefined,
          finished_at: formatInstant(time),
        },
      });
    });
}
