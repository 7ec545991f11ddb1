import {
  eventsOf,
  given,
  ignored,
  isSha,
  toRfc3339,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { z } from 'zod/v4';
import {
  isMerge,
  mergedPull,
  pushedCommits,
  questionAboutPush,
  type LandedCommit,
} from '../landings';
import type { mergeRequestPayload, pushPayload } from './payload';
import type { GitlabSettings } from './settings';

export function mapMergeRequest(
  body: z.output<typeof mergeRequestPayload>,
  settings: GitlabSettings,
): SourceResult {
  const request = body.object_attributes;
  if (request.action !== 'merge') {
    return ignored('only a merged merge request is a change');
  }
  if (!settings.isLandingBranch(request.target_branch)) {
    return ignored(`${request.target_branch} is no landing branch`);
  }
  // What was squashed and fast-forwarded is known to the API alone, and told
  // by the second event.
  const sha = request.merge_commit_sha ?? request.last_commit?.id;
  const mergedAt = toRfc3339(request.merged_at);
  const time = mergedAt ?? toRfc3339(request.updated_at);
  if (!sha || !time) {
    return ignored('the merge request names no commit, or no time');
  }
  return mergedPull(
    {
      container: body.project.path_with_namespace,
      word: 'mr',
      number: request.iid,
      mergeSha: sha,
      branch: request.target_branch,
      mergedAt: time,
      ...(mergedAt ? {} : { mergedAtMost: true }),
      openedAt: toRfc3339(request.created_at),
      labels: (body.labels ?? []).map(({ title }) => title),
    },
    settings,
  );
}

const BRANCH = 'refs/heads/';
const TAG = 'refs/tags/';

type Push = z.output<typeof pushPayload>;

const landedCommits = (commits: NonNullable<Push['commits']>): LandedCommit[] =>
  commits.map(({ id, message, timestamp, added, removed, modified }) => ({
    sha: id,
    committedAt: toRfc3339(timestamp),
    merge: isMerge(message),
    paths:
      added || removed || modified
        ? [...(added ?? []), ...(removed ?? []), ...(modified ?? [])]
        : undefined,
  }));

/** The payload has no time of the push: it was not before its newest commit. */
const timeOf = (commits: readonly LandedCommit[]) =>
  commits
    .flatMap(({ committedAt }) => committedAt ?? [])
    .sort()
    .at(-1);

export function mapPush(body: Push, settings: GitlabSettings): SourceResult {
  const branch = body.ref.slice(BRANCH.length);
  if (!body.ref.startsWith(BRANCH) || !isSha(body.checkout_sha ?? body.after)) {
    return ignored('only commits on a branch are changes');
  }
  if (!settings.isLandingBranch(branch)) {
    return ignored(`${branch} is no landing branch`);
  }
  const commits = landedCommits(body.commits ?? []);
  const time = timeOf(commits);
  if (!time) {
    return ignored('the push brings no commits, or no time');
  }
  const landing = {
    container: body.project.path_with_namespace,
    branch,
    time,
  };
  const { before, after, total_commits_count: total } = body;
  const listed = (total ?? commits.length) <= commits.length;
  if (
    !listed &&
    settings.canLookUp &&
    before &&
    after &&
    Number(before) !== 0
  ) {
    return { events: [], lookups: [questionAboutPush(landing, before, after)] };
  }
  return pushedCommits(commits, landing, settings);
}

export function mapTagPush(body: Push, settings: GitlabSettings): SourceResult {
  if (settings.deployments !== 'tag') {
    return ignored('tags of this source are no deployments');
  }
  const container = body.project.path_with_namespace;
  const tag = body.ref.slice(TAG.length);
  const sha = body.checkout_sha;
  const environment = settings.environmentOf({ container, ref: tag });
  const commits = landedCommits(body.commits ?? []);
  const time =
    timeOf(commits.filter(commit => commit.sha === sha)) ?? timeOf(commits);
  if (!isSha(sha) || !body.ref.startsWith(TAG) || Number(body.before) !== 0) {
    return ignored('only a new tag on a commit is a deployment');
  }
  if (!environment || !time) {
    return ignored(
      `no rule of environments gives one to the tag ${tag}, or its time is not told`,
    );
  }
  const answer = settings.servicesOf({ container, environment, job: tag });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  return {
    events: eventsOf(answer.services, {
      kind: 'deploy.completed',
      container,
      id: ['tag', tag, sha],
      time,
      data: given({
        environment,
        deployment_id: `tag/${tag}/${sha}`,
        commit_sha: sha,
        version: tag,
        status: 'success',
        finished_at: time,
      }),
    }),
  };
}
