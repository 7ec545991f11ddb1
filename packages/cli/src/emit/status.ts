import { UserError } from '../runtime';
import type { Family } from './fields';

const STATUSES: Readonly<Record<Family, Readonly<Record<string, string[]>>>> = {
  deploy: {
    started: ['running', 'in_progress'],
    success: ['succeeded', 'successful', 'succeededwithissues', 'unstable'],
    failure: ['failed', 'error'],
    cancelled: ['canceled', 'aborted'],
  },
  build: {
    started: ['running', 'in_progress'],
    success: ['succeeded', 'successful', 'succeededwithissues', 'unstable'],
    failure: ['failed', 'error'],
    cancelled: ['canceled', 'aborted'],
  },
  change: { created: ['opened'], merged: ['landed'] },
  incident: {
    opened: ['open', 'firing', 'triggered'],
    reopened: [],
    resolved: ['closed', 'mitigated'],
  },
};

/** The values of `--status`, in the order in which they happen. */
export const statusesOf = (family: Family) => Object.keys(STATUSES[family]);

/**
 * Our word for a status, whichever CI system spelled it.
 *
 * @throws UserError when it stands for nothing
 */
export function readStatus(family: Family, text: string): string {
  const wanted = text.trim().toLowerCase();
  const found = Object.entries(STATUSES[family]).find(
    ([status, synonyms]) => status === wanted || synonyms.includes(wanted),
  );
  if (!found) {
    throw new UserError(
      `--status is "${text}"; it must be one of ${statusesOf(family).join(
        ', ',
      )}`,
    );
  }
  return found[0];
}

/**
 * The outcome that the CI system reports for its own job. A job that is still
 * running says nothing about how it will end.
 */
export function statusFromCi(
  family: Family,
  text: string | undefined,
): string | undefined {
  if (!text || (family !== 'deploy' && family !== 'build')) {
    return undefined;
  }
  const wanted = text.toLowerCase();
  const found = Object.entries(STATUSES[family]).find(
    ([status, synonyms]) => status === wanted || synonyms.includes(wanted),
  );
  return found && found[0] !== 'started' ? found[0] : undefined;
}

/** The last two segments of the event's type. */
export function kindOf(family: Family, status: string): string {
  if (family === 'deploy' || family === 'build') {
    return `${family}.${status === 'started' ? 'started' : 'completed'}`;
  }
  return `${family}.${status}`;
}
