import type { Success } from './history';
import { groupBy, latest, sorted } from './order';

/** Successes that count once: one deployment, or one release in several environments. @public */
export interface Release {
  readonly service: string;
  /** In order. */
  readonly members: readonly Success[];
  /** "Finished at the earliest success". */
  readonly finishedAt: number;
  /** "Failed, or of known contents, if any is". */
  readonly failed: boolean;
  readonly contentsKnown: boolean;
  /** "A rollback if all are". */
  readonly rollback: boolean;
  /** "Rework if any is": "rollbacks, hotfixes or have `remediates`". */
  readonly rework: boolean;
  /**
   * "To the latest recovery of its failed members, once all have one"; null:
   * nothing failed, or not all have recovered.
   */
  readonly recoveredAt: number | null;
}

const isRework = ({ deployment, rollback }: Success) =>
  rollback || deployment.kind === 'hotfix' || deployment.remediates !== null;

function releaseOf(members: readonly Success[]): Release {
  const failed = members.filter(member => member.failed);
  const recoveries = failed.flatMap(member => member.recoveredAt ?? []);
  return {
    service: members[0].deployment.service,
    members,
    finishedAt: members[0].deployment.finishedAt,
    failed: failed.length > 0,
    contentsKnown: members.some(member => member.contents.known),
    rollback: members.every(member => member.rollback),
    rework: members.some(isRework),
    recoveredAt:
      recoveries.length === failed.length ? latest(recoveries) ?? null : null,
  };
}

/** "Until an environment occurs again, which starts the next release." */
function splitAtRepetition(successes: readonly Success[]): Success[][] {
  const releases: Success[][] = [];
  for (const success of successes) {
    const current = releases[releases.length - 1];
    const repeats = current?.some(
      member =>
        member.deployment.environment === success.deployment.environment,
    );
    if (!current || repeats) {
      releases.push([success]);
    } else {
      current.push(success);
    }
  }
  return releases;
}

/**
 * "Asked for a tier, the successes of one service with the same `release_id`
 * count once". Within one environment that joins nothing.
 *
 * @param successes - the successes of one service in the tier or environment, in order
 * @returns in the order in which they finished
 */
export function releasesOf(successes: readonly Success[]): Release[] {
  const groups = groupBy(
    successes,
    success => success.deployment.releaseId ?? success,
  );
  const releases = [...groups.values()].flatMap(splitAtRepetition);
  return sorted(releases.map(releaseOf), (a, b) => a.finishedAt - b.finishedAt);
}
