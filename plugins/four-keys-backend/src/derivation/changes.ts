import type { Claim } from '../facts';
import { append } from './order';
import type { Shas } from './shas';

type Created = Claim<'change.created'>;
type Merged = Claim<'change.merged'>;

/** A pull request of a service. Instants in milliseconds. */
export interface PullRequest {
  readonly prId: string | undefined;
  /** The commits that it names itself, in its own words. */
  readonly listed: ReadonlySet<string>;
  /** Undefined: not merged. */
  readonly merge:
    | {
        readonly sha: string;
        readonly branch: string | undefined;
        readonly at: number;
      }
    | undefined;
  readonly openedAt: number | undefined;
  readonly firstReviewAt: number | undefined;
  readonly url: string | undefined;
}

/** How a commit reached a branch; no branch named: it counts for every one. */
export interface Landing {
  readonly sha: string;
  readonly branch: string | undefined;
  readonly at: number;
  readonly pullRequest: PullRequest | undefined;
}

/** The start of a commit's clock. */
export interface Clock {
  readonly t0: number | undefined;
  readonly lowerBound: boolean;
}

function mergePullRequest(
  merges: readonly Merged[],
  created: readonly Created[],
): PullRequest {
  const data: Partial<Merged['data']> = Object.assign(
    {},
    ...merges.map(claim => claim.data),
  );
  const given = merges.flatMap(claim => claim.data.merged_at ?? []);
  const at = Math.min(
    ...(given.length > 0 ? given : merges.map(claim => claim.time)),
  );
  const fromCreated = created.map(claim => claim.data.commit_sha);
  const fallback =
    fromCreated.length > 0 || data.commit_sha === undefined
      ? fromCreated
      : [data.commit_sha];
  return {
    prId: data.pr_id ?? created[0]?.data.pr_id,
    listed: new Set(data.commits?.map(commit => commit.sha) ?? fallback),
    merge:
      data.commit_sha === undefined
        ? undefined
        : { sha: data.commit_sha, branch: data.branch, at },
    openedAt: data.opened_at,
    firstReviewAt: data.first_review_at,
    url: data.url ?? created.find(claim => claim.data.url)?.data.url,
  };
}

function buildPullRequests(claims: readonly Claim[]): PullRequest[] {
  const groups = new Map<string, { merges: Merged[]; created: Created[] }>();
  const groupOf = (key: string) => {
    const group = groups.get(key) ?? { merges: [], created: [] };
    groups.set(key, group);
    return group;
  };
  for (const claim of claims) {
    if (claim.kind === 'change.merged') {
      const { pr_id: prId, commit_sha: sha, branch } = claim.data;
      const key =
        prId === undefined
          ? JSON.stringify([sha, branch ?? null])
          : JSON.stringify(prId);
      groupOf(key).merges.push(claim);
    } else if (
      claim.kind === 'change.created' &&
      claim.data.pr_id !== undefined
    ) {
      groupOf(JSON.stringify(claim.data.pr_id)).created.push(claim);
    }
  }
  return [...groups.values()].map(group =>
    mergePullRequest(group.merges, group.created),
  );
}

interface Mention {
  readonly sha: string;
  readonly committed_at?: number | undefined;
}

const NO_COMMITS: readonly Mention[] = [];

/** The commits that an event names itself: its own, and those it lists. */
function mentionsOf(claim: Claim, shas: Shas): readonly Mention[] {
  switch (claim.kind) {
    case 'change.created':
    case 'change.merged':
    case 'build.started':
    case 'build.completed':
    case 'deploy.started':
    case 'deploy.completed': {
      const { commit_sha: sha, committed_at } = claim.data;
      const listed = 'commits' in claim.data ? claim.data.commits : undefined;
      const commits = (listed as readonly Mention[] | undefined) ?? NO_COMMITS;
      return sha === undefined
        ? commits
        : [{ sha: shas.whole(sha), committed_at }, ...commits];
    }
    default:
      return NO_COMMITS;
  }
}

function buildClocks(
  claims: readonly Claim[],
  shas: Shas,
): (sha: string) => Clock {
  const committed = new Map<string, number>();
  const spokenOf = new Map<string, number>();
  const keepEarliest = (map: Map<string, number>, sha: string, at: number) => {
    const known = map.get(sha);
    if (known === undefined || at < known) {
      map.set(sha, at);
    }
  };
  for (const claim of claims) {
    const isChange =
      claim.kind === 'change.created' || claim.kind === 'change.merged';
    for (const { sha, committed_at } of mentionsOf(claim, shas)) {
      if (committed_at !== undefined) {
        keepEarliest(committed, sha, committed_at);
      }
      if (isChange) {
        keepEarliest(spokenOf, sha, claim.time);
      }
    }
  }
  return sha => {
    const t0 = committed.get(sha);
    return t0 === undefined
      ? { t0: spokenOf.get(sha), lowerBound: spokenOf.has(sha) }
      : { t0, lowerBound: false };
  };
}

/** The commits of a service: which there are, when they began, how they landed. */
export class Changes {
  readonly shas: ReadonlySet<string>;
  readonly clockOf: (sha: string) => Clock;
  /** Sorted by time. */
  readonly landings: readonly Landing[];
  readonly #landingsOf = new Map<string, Landing[]>();
  readonly #pullRequests: readonly PullRequest[];
  readonly #byMerge = new Map<string, PullRequest[]>();
  readonly #byPrId = new Map<string, PullRequest>();

  constructor(claims: readonly Claim[], shas: Shas) {
    this.#pullRequests = buildPullRequests(claims);
    for (const pullRequest of this.#pullRequests) {
      if (pullRequest.merge) {
        append(this.#byMerge, pullRequest.merge.sha, pullRequest);
      }
      if (pullRequest.prId !== undefined) {
        this.#byPrId.set(pullRequest.prId, pullRequest);
      }
    }
    this.shas = this.#findChanges(claims);
    this.clockOf = buildClocks(claims, shas);
    this.landings = this.#findLandings(claims);
    for (const landing of this.landings) {
      append(this.#landingsOf, landing.sha, landing);
    }
  }

  landingsOf(sha: string): readonly Landing[] {
    return this.#landingsOf.get(sha) ?? [];
  }

  pullRequest(prId: string): PullRequest | undefined {
    return this.#byPrId.get(prId);
  }

  pullRequests(): readonly PullRequest[] {
    return this.#pullRequests;
  }

  /**
   * The changes that listed shas stand for: the commits of the pull requests
   * whose merge shas they are, at any depth, and themselves.
   */
  resolve(listed: Iterable<string>): Set<string> {
    const found = new Set<string>();
    const seen = new Set<PullRequest>();
    const waiting = [...listed];
    while (waiting.length > 0) {
      const sha = waiting.pop()!;
      if (this.shas.has(sha)) {
        found.add(sha);
      }
      for (const pullRequest of this.#byMerge.get(sha) ?? []) {
        if (!seen.has(pullRequest)) {
          seen.add(pullRequest);
          waiting.push(...pullRequest.listed);
        }
      }
    }
    return found;
  }

  #findChanges(claims: readonly Claim[]): Set<string> {
    const named = new Set<string>();
    for (const pullRequest of this.#pullRequests) {
      pullRequest.listed.forEach(sha => named.add(sha));
    }
    for (const claim of claims) {
      if (claim.kind === 'change.created') {
        named.add(claim.data.commit_sha);
      } else if (
        claim.kind === 'deploy.started' ||
        claim.kind === 'deploy.completed'
      ) {
        claim.data.commits?.forEach(commit => named.add(commit.sha));
      }
    }
    for (const [sha, pullRequests] of this.#byMerge) {
      if (!pullRequests.every(({ listed }) => listed.has(sha))) {
        named.delete(sha);
      }
    }
    return named;
  }

  #findLandings(claims: readonly Claim[]): Landing[] {
    const landings: Landing[] = [];
    for (const pullRequest of this.#pullRequests) {
      if (pullRequest.merge) {
        const { branch, at } = pullRequest.merge;
        for (const sha of this.resolve(pullRequest.listed)) {
          landings.push({ sha, branch, at, pullRequest });
        }
      }
    }
    for (const claim of claims) {
      if (
        claim.kind === 'change.created' &&
        claim.data.pr_id === undefined &&
        this.shas.has(claim.data.commit_sha)
      ) {
        landings.push({
          sha: claim.data.commit_sha,
          branch: claim.data.branch,
          at: claim.time,
          pullRequest: undefined,
        });
      }
    }
    return landings.sort((a, b) => a.at - b.at);
  }
}
