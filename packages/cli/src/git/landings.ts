import type { Commit } from './log';

/** Commits of one first-parent step of a branch, and what landed with it. */
export interface GitLanding {
  readonly commit: Commit;
  /** Without merges, oldest first. */
  readonly contents: readonly Commit[];
}

const byAuthorship = (a: Commit, b: Commit) =>
  (a.authoredAt ?? 0) - (b.authoredAt ?? 0) || (a.sha < b.sha ? -1 : 1);

/**
 * What is reached from a commit and was not reached before: `seen..sha` of
 * git, with everything found added to `seen`.
 */
export function newlyReached(
  sha: string,
  commits: ReadonlyMap<string, Commit>,
  seen: Set<string>,
): Commit[] {
  const found: Commit[] = [];
  const open = [sha];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const commit = commits.get(next);
    if (commit && !seen.has(next)) {
      seen.add(next);
      found.push(commit);
      open.push(...commit.parents);
    }
  }
  return found;
}

/** Those that changed something themselves, in the order they were written. */
export const withoutMerges = (commits: readonly Commit[]) =>
  commits.filter(({ parents }) => parents.length < 2).sort(byAuthorship);

/** The first-parent chain that ends at a commit, oldest first. */
function firstParents(
  head: string,
  commits: ReadonlyMap<string, Commit>,
): Commit[] {
  const chain: Commit[] = [];
  for (
    let commit = commits.get(head);
    commit;
    commit = commits.get(commit.parents[0])
  ) {
    chain.push(commit);
  }
  return chain.reverse();
}

/**
 * Every landing on a branch. One walk over the history in memory: what a step
 * brings is what no earlier step had reached.
 */
export function landingsOfBranch(
  head: string,
  commits: ReadonlyMap<string, Commit>,
): GitLanding[] {
  const seen = new Set<string>();
  return firstParents(head, commits).map(commit => ({
    commit,
    contents: withoutMerges(newlyReached(commit.sha, commits, seen)),
  }));
}
