import {
  epochSecond,
  eventsOf,
  given,
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
import type {
  commitStatusPayload,
  pullRequestPayload,
  pushPayload,
} from './payload';

/** Webhooks carry so much of a hash, the API all of it. */
const SHORT_HASH = 12;

export function mapPullRequest(
  { repository, pullrequest: pull }: z.output<typeof pullRequestPayload>,
  settings: RepositorySettings,
): SourceResult {
  const branch = pull.destination.branch.name;
  if (!settings.isLandingBranch(branch)) {
    return ignored(`${branch} is no landing branch`);
  }
  const mergedAt = toRfc3339(pull.updated_on);
  if (!pull.merge_commit || !mergedAt) {
    return ignored('the pull request names no merge commit, or no time of it');
  }
  return mergedPull(
    {
      container: repository.full_name,
      word: 'pr',
      number: pull.id,
      mergeSha: pull.merge_commit.hash.slice(0, SHORT_HASH),
      branch,
      mergedAt,
      openedAt: toRfc3339(pull.created_on),
      labels: [],
    },
    settings,
  );
}

type Change = z.output<typeof pushPayload>['push']['changes'][number];

function mapChange(
  change: Change,
  container: string,
  settings: RepositorySettings,
): SourceResult {
  const { new: now, old: before } = change;
  if (now?.type !== 'branch' || !settings.isLandingBranch(now.name)) {
    return ignored('only commits on a landing branch are changes');
  }
  // The newest commit comes first, and a later one never lands before it.
  const commits = [...(change.commits ?? [])].reverse();
  const time = toRfc3339(now.target?.date ?? commits.at(-1)?.date);
  if (!time) {
    return ignored('the push names no time');
  }
  const landing = { container, branch: now.name, time };
  if (change.truncated && settings.canLookUp && before?.target && now.target) {
    return {
      events: [],
      lookups: [
        questionAboutPush(landing, before.target.hash, now.target.hash),
      ],
    };
  }
  return pushedCommits(
    commits.map(({ hash, date, message, parents }) => ({
      sha: hash,
      committedAt: toRfc3339(date),
      merge: parents ? parents.length > 1 : isMerge(message),
    })),
    landing,
    settings,
  );
}

export function mapPush(
  { repository, push }: z.output<typeof pushPayload>,
  settings: RepositorySettings,
): SourceResult {
  return together(
    push.changes.map(change =>
      mapChange(change, repository.full_name, settings),
    ),
  );
}

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['SUCCESSFUL', 'success'],
  ['FAILED', 'failure'],
  ['STOPPED', 'cancelled'],
]);

export function mapCommitStatus(
  { repository, commit_status: status }: z.output<typeof commitStatusPayload>,
  settings: RepositorySettings,
): SourceResult {
  const container = repository.full_name;
  const outcome = OUTCOMES.get(status.state);
  if (!outcome) {
    return ignored(`a build that is ${status.state} says nothing yet`);
  }
  const sha =
    status.commit?.hash ?? status.links?.commit?.href.split('/').pop();
  const at = status.updated_on ?? status.created_on;
  const time = toRfc3339(at);
  if (!sha || !time) {
    return ignored('the build names no commit, or no time');
  }
  const answer = settings.servicesOf({
    container,
    job: status.name ?? status.key,
  });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  return {
    events: eventsOf(answer.services, {
      kind: 'build.completed',
      container,
      id: ['build', status.key, sha, status.state, epochSecond(at)!],
      time,
      data: given({
        pipeline_run_id: `bitbucket/${status.key}/${sha}`.slice(0, 200),
        commit_sha: sha,
        status: outcome,
        started_at: toRfc3339(status.created_on),
        finished_at: time,
      }),
    }),
  };
}
