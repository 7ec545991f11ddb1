import {
  ignored,
  toRfc3339,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { z } from 'zod/v4';
import { isMerge, mergedPull, pushedCommits, together } from '../landings';
import type { RepositorySettings } from '../repository';
import type { pullRequestPayload, pushPayload } from './payload';

const BRANCH = 'refs/heads/';

const containerOf = (repository: { name: string; project: { name: string } }) =>
  `${repository.project.name}/${repository.name}`;

export function mapPullRequest(
  { resource: pull }: z.output<typeof pullRequestPayload>,
  settings: RepositorySettings,
): SourceResult {
  // "Merged" is said of every attempt to merge, also of open pull requests.
  if (pull.status !== 'completed' || pull.mergeStatus !== 'succeeded') {
    return ignored('only a completed pull request is a change');
  }
  const branch = pull.targetRefName.replace(BRANCH, '');
  if (!settings.isLandingBranch(branch)) {
    return ignored(`${branch} is no landing branch`);
  }
  const mergedAt = toRfc3339(pull.closedDate);
  if (!pull.lastMergeCommit || !mergedAt) {
    return ignored('the pull request names no merge commit, or no time of it');
  }
  return mergedPull(
    {
      container: containerOf(pull.repository),
      word: 'pr',
      number: pull.pullRequestId,
      mergeSha: pull.lastMergeCommit.commitId,
      branch,
      mergedAt,
      openedAt: toRfc3339(pull.creationDate),
      labels: (pull.labels ?? []).map(({ name }) => name),
    },
    settings,
  );
}

export function mapPush(
  { resource: push }: z.output<typeof pushPayload>,
  settings: RepositorySettings,
): SourceResult {
  const time = toRfc3339(push.date);
  if (!time) {
    return ignored('the push names no time');
  }
  // The list is of the whole push, the newest commit first.
  const commits = [...(push.commits ?? [])].reverse();
  return together(
    push.refUpdates.map(({ name }) => {
      const branch = name.slice(BRANCH.length);
      return name.startsWith(BRANCH) && settings.isLandingBranch(branch)
        ? pushedCommits(
            commits.map(({ commitId, comment, author }) => ({
              sha: commitId,
              committedAt: toRfc3339(author?.date),
              merge: isMerge(comment) || /^Merged PR \d+:/.test(comment ?? ''),
            })),
            { container: containerOf(push.repository), branch, time },
            settings,
          )
        : ignored('only commits on a landing branch are changes');
    }),
  );
}
