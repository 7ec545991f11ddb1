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
  questionAboutPush,
  together,
} from '../landings';
import type { RepositorySettings } from '../repository';
import type { pullRequestPayload, refsChangedPayload } from './payload';

const BRANCH = 'refs/heads/';

/** More commits than that are not in the payload. */
const LISTED_COMMITS = 5;

const containerOf = (repository: { slug: string; project: { key: string } }) =>
  `${repository.project.key}/${repository.slug}`;

export function mapPullRequest(
  body: z.output<typeof pullRequestPayload>,
  settings: RepositorySettings,
): SourceResult {
  const { pullRequest: pull } = body;
  const branch = pull.toRef.id.replace(BRANCH, '');
  if (!settings.isLandingBranch(branch)) {
    return ignored(`${branch} is no landing branch`);
  }
  const mergedAt = toRfc3339(pull.closedDate ?? body.date);
  const sha = pull.properties?.mergeCommit?.id;
  if (!sha || !mergedAt) {
    return ignored('the pull request names no merge commit, or no time of it');
  }
  return mergedPull(
    {
      container: containerOf(pull.toRef.repository),
      word: 'pr',
      number: pull.id,
      mergeSha: sha,
      branch,
      mergedAt,
      openedAt: toRfc3339(pull.createdDate),
      labels: [],
    },
    settings,
  );
}

type Body = z.output<typeof refsChangedPayload>;

function mapChange(
  change: Body['changes'][number],
  body: Body,
  settings: RepositorySettings,
): SourceResult {
  const branch = change.ref.id.slice(BRANCH.length);
  if (
    !change.ref.id.startsWith(BRANCH) ||
    change.type === 'DELETE' ||
    !settings.isLandingBranch(branch)
  ) {
    return ignored('only commits on a landing branch are changes');
  }
  const time = toRfc3339(body.date);
  if (!time) {
    return ignored('the push names no time');
  }
  const landing = { container: containerOf(body.repository), branch, time };
  // The list is of one change, the newest first, and old versions have none.
  const commits = [...(body.commits ?? [])].reverse();
  const complete =
    body.changes.length === 1 &&
    commits.length > 0 &&
    commits.length < LISTED_COMMITS;
  if (!complete && settings.canLookUp && change.type !== 'ADD') {
    return {
      events: [],
      lookups: [questionAboutPush(landing, change.fromHash, change.toHash)],
    };
  }
  const listed =
    body.changes.length === 1 && commits.length > 0
      ? commits.map(({ id, authorTimestamp, message, parents }) => ({
          sha: id,
          committedAt: toRfc3339(authorTimestamp),
          merge: parents ? parents.length > 1 : isMerge(message),
        }))
      : [{ sha: change.toHash, merge: false }];
  return pushedCommits(listed, landing, settings);
}

export function mapRefsChanged(
  body: Body,
  settings: RepositorySettings,
): SourceResult {
  return together(
    body.changes.map(change => mapChange(change, body, settings)),
  );
}
