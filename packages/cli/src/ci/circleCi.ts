import { joined, type CiDetector } from './types';

/** CircleCI; a re-run is a new workflow there. */
export const circleCi: CiDetector = env => {
  if (env.CIRCLECI !== 'true') {
    return undefined;
  }
  return {
    system: 'circleci',
    repository: joined(
      env.CIRCLE_PROJECT_USERNAME,
      env.CIRCLE_PROJECT_REPONAME,
    ),
    commitSha: env.CIRCLE_SHA1,
    branch: env.CIRCLE_BRANCH,
    tag: env.CIRCLE_TAG,
    prId:
      env.CIRCLE_PR_NUMBER ||
      /\/(\d+)$/.exec(env.CIRCLE_PULL_REQUEST ?? '')?.[1],
    pipelineRunId: env.CIRCLE_WORKFLOW_ID || env.CIRCLE_BUILD_NUM,
    actor: env.CIRCLE_USERNAME,
  };
};
