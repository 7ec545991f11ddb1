import type { Changes, Landing } from './changes';
import type { Success } from './deployments';
import { compareText, countUpTo } from './order';

/** What the successes of one stream brought to it. */
export interface StreamContents {
  /** Deployments whose contents are known. */
  readonly known: ReadonlySet<Success>;
  /** The deployment that each change belongs to. */
  readonly owner: ReadonlyMap<string, Success>;
}

/** `null`: landings on any branch. */
type Branch = string | null;

const countsFor = (landing: Landing, branch: Branch) =>
  branch === null || landing.branch === undefined || landing.branch === branch;

/** Landings that count for a branch: those on it and those that name none. */
export class BranchLandings {
  readonly #all: readonly Landing[];
  readonly #byBranch = new Map<Branch, readonly Landing[]>();

  constructor(landings: readonly Landing[]) {
    this.#all = landings;
    this.#byBranch.set(null, landings);
  }

  on(branch: Branch): readonly Landing[] {
    let landings = this.#byBranch.get(branch);
    if (!landings) {
      landings = this.#all.filter(landing => countsFor(landing, branch));
      this.#byBranch.set(branch, landings);
    }
    return landings;
  }
}

function comesFirst(a: Landing, b: Landing): number {
  if (a.at !== b.at || a.branch === b.branch) {
    return a.at - b.at;
  }
  if (a.branch === undefined || b.branch === undefined) {
    return a.branch === undefined ? 1 : -1;
  }
  return compareText(a.branch, b.branch);
}

function latest(landings: readonly Landing[]): number {
  return landings.reduce((at, landing) => Math.max(at, landing.at), -Infinity);
}

/** Landings of these changes that had happened by then. */
function landedBy(
  changes: Changes,
  shas: Iterable<string>,
  limit: number,
): Landing[] {
  const landed: Landing[] = [];
  for (const sha of shas) {
    for (const landing of changes.landingsOf(sha)) {
      if (landing.at <= limit) {
        landed.push(landing);
      }
    }
  }
  return landed;
}

function branchOf(deployment: Success, headLandings: Landing[]): Branch {
  const { branch } = deployment;
  if (
    branch !== undefined &&
    headLandings.some(landing => countsFor(landing, branch))
  ) {
    return branch;
  }
  const first = headLandings.reduce((a, b) => (comesFirst(a, b) <= 0 ? a : b));
  return first.branch ?? null;
}

/**
 * Walks the successes of a stream in their order and decides what each
 * contains and which changes belong to it.
 */
export function deriveContents(
  successes: readonly Success[],
  changes: Changes,
  branches: BranchLandings,
): StreamContents {
  const known = new Set<Success>();
  const owner = new Map<string, Success>();
  let baseline: number | undefined;
  // Up to which landing of a branch everything has an owner: what rides along
  // later lies behind it, so each landing is looked at once a branch.
  const claimedUpTo = new Map<Branch, number>();

  const claim = (sha: string, deployment: Success) => {
    if (!owner.has(sha)) {
      owner.set(sha, deployment);
    }
  };

  const claimPassengers = (deployment: Success, heads: Set<string>) => {
    const headLandings = landedBy(changes, heads, deployment.finishedAt);
    if (headLandings.length === 0 || baseline === undefined) {
      return;
    }
    const branch = branchOf(deployment, headLandings);
    const last = latest(headLandings.filter(l => countsFor(l, branch)));
    const from = claimedUpTo.get(branch) ?? baseline;
    if (last > from) {
      const landings = branches.on(branch);
      const begin = countUpTo(landings, from, l => l.at);
      for (let i = begin; i < landings.length && landings[i].at <= last; i++) {
        claim(landings[i].sha, deployment);
      }
      claimedUpTo.set(branch, last);
    }
  };

  for (const deployment of successes) {
    const { commits, commitSha, finishedAt } = deployment;
    const isExplicit = commits !== undefined;
    const heads = isExplicit
      ? changes.resolve(commits)
      : changes.resolve(commitSha === undefined ? [] : [commitSha]);
    if (!isExplicit && heads.size === 0) {
      continue;
    }
    known.add(deployment);
    heads.forEach(sha => claim(sha, deployment));
    if (baseline === undefined) {
      const landed = landedBy(changes, heads, finishedAt);
      baseline = landed.length > 0 ? latest(landed) : finishedAt;
    } else if (!isExplicit) {
      claimPassengers(deployment, heads);
    }
  }
  return { known, owner };
}
