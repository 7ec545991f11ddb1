import type { Success } from './deployments';
import { countUpTo } from './order';

/** A rollback and the deployment that it undid, if any. */
export type Rollbacks = ReadonlyMap<Success, Success | undefined>;

interface Span {
  readonly first: number;
  last: number;
}

/**
 * Where versions were deployed in a stream so far. Versions are the same if
 * both deployments name one and it is equal; where one names none, commits
 * decide.
 */
class VersionHistory {
  readonly #byVersion = new Map<string, Span>();
  readonly #bySha = new Map<string, Span>();
  readonly #byShaUnversioned = new Map<string, Span>();

  add(deployment: Success, position: number): void {
    const { version, commitSha } = deployment;
    if (version !== undefined) {
      extend(this.#byVersion, version, position);
    }
    if (commitSha !== undefined) {
      extend(this.#bySha, commitSha, position);
      if (version === undefined) {
        extend(this.#byShaUnversioned, commitSha, position);
      }
    }
  }

  /** The first and last position of the version of a deployment. */
  spanOf({ version, commitSha }: Success): Span | undefined {
    const bySha = version === undefined ? this.#bySha : this.#byShaUnversioned;
    const spans = [
      version === undefined ? undefined : this.#byVersion.get(version),
      commitSha === undefined ? undefined : bySha.get(commitSha),
    ].filter(span => span !== undefined);
    return spans.length === 0
      ? undefined
      : {
          first: Math.min(...spans.map(span => span.first)),
          last: Math.max(...spans.map(span => span.last)),
        };
  }
}

function extend(spans: Map<string, Span>, key: string, position: number): void {
  const span = spans.get(key);
  if (span) {
    span.last = position;
  } else {
    spans.set(key, { first: position, last: position });
  }
}

function haveDifferentVersions(a: Success, b: Success): boolean {
  if (a.version !== undefined && b.version !== undefined) {
    return a.version !== b.version;
  }
  return (
    a.commitSha !== undefined &&
    b.commitSha !== undefined &&
    a.commitSha !== b.commitSha
  );
}

/** Whether a kind, where given, means an ordinary deployment; an unknown one does. */
const isOrdinary = ({ kind }: Success) =>
  kind !== 'rollback' && kind !== 'hotfix';

function bringsBack(
  deployment: Success,
  before: Success | undefined,
  history: VersionHistory,
): boolean {
  if (!before || !haveDifferentVersions(before, deployment)) {
    return false;
  }
  const mine = history.spanOf(deployment);
  const left = history.spanOf(before);
  return mine !== undefined && left !== undefined && mine.first < left.first;
}

/** The rollbacks of one stream, whose successes are in order. */
export function findRollbacks(
  stream: readonly Success[],
  isBlamed: (deployment: Success) => boolean,
): Rollbacks {
  const successes = stream.filter(({ kind }) => kind !== 'config');
  const history = new VersionHistory();
  const rollbacks = new Map<Success, Success | undefined>();
  const forward: number[] = [];
  const blamed: number[] = [];

  const undoneBy = (position: number): Success | undefined => {
    const previous = history.spanOf(successes[position])?.last;
    if (previous === undefined) {
      return successes[forward.at(-1) ?? -1];
    }
    const lastBlamed = blamed.at(-1) ?? -1;
    if (lastBlamed > previous) {
      return successes[lastBlamed];
    }
    return successes[forward[countUpTo(forward, previous, at => at)]];
  };

  successes.forEach((deployment, position) => {
    const isRollback =
      deployment.kind === 'rollback' ||
      (isOrdinary(deployment) &&
        bringsBack(deployment, successes[position - 1], history));
    if (isRollback) {
      rollbacks.set(deployment, undoneBy(position));
    } else {
      forward.push(position);
      if (isBlamed(deployment)) {
        blamed.push(position);
      }
    }
    history.add(deployment, position);
  });
  return rollbacks;
}
