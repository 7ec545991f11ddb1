import { joined, type CiDetector } from './types';

/** Bitbucket Pipelines, which has no webhook for deployments. */
export const bitbucketPipelines: CiDetector = env => {
  if (!env.BITBUCKET_BUILD_NUMBER) {
    return undefined;
  }
  const exitCode = env.BITBUCKET_EXIT_CODE;
  return {
    system: 'bitbucket-pipelines',
    repository: env.BITBUCKET_REPO_FULL_NAME,
    commitSha: env.BITBUCKET_COMMIT,
    branch: env.BITBUCKET_BRANCH,
    tag: env.BITBUCKET_TAG,
    prId: env.BITBUCKET_PR_ID,
    pipelineRunId: joined(
      env.BITBUCKET_BUILD_NUMBER,
      env.BITBUCKET_STEP_RUN_NUMBER,
    ),
    environment: env.BITBUCKET_DEPLOYMENT_ENVIRONMENT,
    ...(exitCode ? { status: exitCode === '0' ? 'success' : 'failure' } : {}),
    actor: env.BITBUCKET_STEP_TRIGGERER_UUID,
  };
};
