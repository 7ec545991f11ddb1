import type { Success } from './deployments';
import type { Outcome } from './failures';
import { compareFinished } from './order';
import type { DeployedService } from './service';

/** Successes of a tier that are one release, in order. */
export type Release = readonly Success[];

/**
 * Joins the successes of each tier by `release_id`, until an environment
 * occurs again.
 */
export function joinReleases(service: DeployedService): Release[] {
  const releases: Success[][] = [];
  const running = new Map<string, Success[]>();
  const successes = [...service.streams.values()].flat().sort(compareFinished);
  for (const success of successes) {
    if (success.tier === null) {
      continue;
    }
    const { releaseId, environment } = success;
    const key = JSON.stringify([success.tier, releaseId]);
    const release = running.get(key);
    if (
      releaseId !== undefined &&
      release?.every(member => member.environment !== environment)
    ) {
      release.push(success);
      continue;
    }
    const fresh = [success];
    releases.push(fresh);
    if (releaseId !== undefined) {
      running.set(key, fresh);
    }
  }
  return releases;
}

/** When the failed members of a release had all recovered; undefined: not yet, or none failed. */
export function releaseRecoveredAt(
  release: Release,
  outcomes: ReadonlyMap<Success, Outcome>,
): number | undefined {
  let latest: number | undefined;
  for (const member of release) {
    const outcome = outcomes.get(member)!;
    if (outcome.failed) {
      if (outcome.recoveredAt === undefined) {
        return undefined;
      }
      latest = Math.max(latest ?? outcome.recoveredAt, outcome.recoveredAt);
    }
  }
  return latest;
}
