import type { Deployment } from './facts/deployments';

/**
 * "Two deployments have the same version if both name a `version` and it is
 * equal, or, where one names none, both name a `commit_sha` and it is equal;
 * they have different versions if they are comparable in that way and not
 * equal."
 */
function compareVersions(
  a: Deployment,
  b: Deployment,
): 'same' | 'different' | 'incomparable' {
  const [left, right] =
    a.version !== null && b.version !== null
      ? [a.version, b.version]
      : [a.commitSha, b.commitSha];
  if (left === null || right === null) {
    return 'incomparable';
  }
  return left === right ? 'same' : 'different';
}

const sameVersion = (a: Deployment) => (b: Deployment) =>
  a === b || compareVersions(a, b) === 'same';

/** "An unknown kind is `deploy`." */
const OTHER_KINDS = new Set(['rollback', 'hotfix', 'config']);
const isPlain = ({ kind }: Deployment) =>
  kind === null || !OTHER_KINDS.has(kind);

/**
 * "`config` deployments are left out of the rollback rule altogether."
 *
 * @param stream - the successes of a stream in order
 */
const versioned = (stream: readonly Deployment[]) =>
  stream.filter(({ kind }) => kind !== 'config');

/**
 * "Rollback R (a success): `kind: rollback`; or kind `deploy` or none, where
 * the success L right before R has a different version, the version of R was
 * deployed before, and its first deployment was earlier than the first of L's
 * version."
 *
 * @param stream - the successes of a stream in order
 */
export function rollbacksOf(stream: readonly Deployment[]): Set<Deployment> {
  const successes = versioned(stream);
  const wentBack = (r: Deployment, position: number) => {
    const before = successes.slice(0, position);
    const l = before[position - 1];
    if (!l || compareVersions(l, r) !== 'different') {
      return false;
    }
    const firstOfR = before.findIndex(sameVersion(r));
    const firstOfL = before.findIndex(sameVersion(l));
    return firstOfR !== -1 && firstOfR < firstOfL;
  };
  return new Set(
    successes.filter(
      (r, position) =>
        r.kind === 'rollback' || (isPlain(r) && wentBack(r, position)),
    ),
  );
}

/**
 * "Let P be the latest success before R with the same version. Of the
 * non-rollback successes after P (without a P: only the last one) and before
 * R, R undid the latest to which an incident is linked, else the first."
 *
 * @param stream - the successes of a stream in order
 * @returns what each rollback undid; rollbacks that undid nothing are absent
 */
export function undoneBy(
  stream: readonly Deployment[],
  rollbacks: ReadonlySet<Deployment>,
  isBlamed: (deployment: Deployment) => boolean,
): Map<Deployment, Deployment> {
  const successes = versioned(stream);
  const undone = new Map<Deployment, Deployment>();
  for (const [position, r] of successes.entries()) {
    if (rollbacks.has(r)) {
      const before = successes.slice(0, position);
      const p = before.map(sameVersion(r)).lastIndexOf(true);
      const between = before
        .slice(p + 1)
        .filter(success => !rollbacks.has(success));
      const candidates = p === -1 ? between.slice(-1) : between;
      const target = candidates.filter(isBlamed).pop() ?? candidates[0];
      if (target) {
        undone.set(r, target);
      }
    }
  }
  return undone;
}
