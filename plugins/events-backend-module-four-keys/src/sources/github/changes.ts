import {
  ignored,
  toRfc3339,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { z } from 'zod/v4';
import {
  isMerge,
  mergedPull,
  pushedCommits,
  type LandedCommit,
} from '../landings';
import type { pullRequestPayload, pushPayload } from './payload';
import { mapTag } from './releases';
import type { GithubSettings } from './settings';

export function mapPullRequest(
  body: z.output<typeof pullRequestPayload>,
  settings: GithubSettings,
): SourceResult {
  const { action, pull_request: pr, repository } = body;
  if (action !== 'closed' || !pr.merged) {
    return ignored('only a merged pull request is a change');
  }
  if (!settings.isLandingBranch(pr.base.ref)) {
    return ignored(`${pr.base.ref} is no landing branch`);
  }
  const mergedAt = toRfc3339(pr.merged_at);
  if (!pr.merge_commit_sha || !mergedAt) {
    return ignored('the pull request names no merge commit, or no time of it');
  }
  return mergedPull(
    {
      container: repository.full_name,
      word: 'pr',
      number: pr.number,
      mergeSha: pr.merge_commit_sha,
      branch: pr.base.ref,
      mergedAt,
      openedAt: toRfc3339(pr.created_at),
      labels: (pr.labels ?? []).map(({ name }) => name),
    },
    settings,
  );
}

const BRANCH = 'refs/heads/';
const TAG = 'refs/tags/';

type Push = z.output<typeof pushPayload>;

function landedCommits(commits: NonNullable<Push['commits']>): LandedCommit[] {
  return commits.map(({ id, message, timestamp, ...files }) => {
    const touched = [files.added, files.removed, files.modified];
    return {
      sha: id,
      committedAt: toRfc3339(timestamp),
      merge: isMerge(message),
      paths: touched.some(Array.isArray)
        ? touched.flatMap(list => list ?? [])
        : undefined,
    };
  });
}

export function mapPush(body: Push, settings: GithubSettings): SourceResult {
  const { ref, repository } = body;
  if (ref.startsWith(TAG)) {
    return mapTag(body, ref.slice(TAG.length), settings);
  }
  const branch = ref.slice(BRANCH.length);
  if (!ref.startsWith(BRANCH) || body.deleted) {
    return ignored('only commits on a branch are changes');
  }
  if (!settings.isLandingBranch(branch)) {
    return ignored(`${branch} is no landing branch`);
  }
  const time = toRfc3339(repository.pushed_at ?? body.head_commit?.timestamp);
  const commits = landedCommits(body.commits ?? []);
  if (!time) {
    return ignored('the push brings no time');
  }
  return pushedCommits(
    commits,
    { container: repository.full_name, branch, time },
    settings,
  );
}
