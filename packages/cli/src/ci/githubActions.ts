import { branchOrTag, joined, type CiDetector } from './types';

/** GitHub Actions; the run id and attempt are those of its webhooks. */
export const githubActions: CiDetector = env => {
  if (env.GITHUB_ACTIONS !== 'true') {
    return undefined;
  }
  const pullRequest = /^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? '')?.[1];
  return {
    system: 'github-actions',
    repository: env.GITHUB_REPOSITORY,
    // The sha of a pull request's run is a test merge that never lands.
    commitSha: pullRequest ? undefined : env.GITHUB_SHA,
    ...branchOrTag(env.GITHUB_REF),
    ...(pullRequest ? { branch: env.GITHUB_HEAD_REF, prId: pullRequest } : {}),
    pipelineRunId: joined(env.GITHUB_RUN_ID, env.GITHUB_RUN_ATTEMPT),
    actor: env.GITHUB_ACTOR,
  };
};
