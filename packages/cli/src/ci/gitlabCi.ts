import type { CiDetector } from './types';

/**
 * GitLab CI. Its way of rolling back is to run the deploying job of an old
 * pipeline again, so the job and not the pipeline is the deployment.
 */
export const gitlabCi: CiDetector = env => {
  if (!env.GITLAB_CI) {
    return undefined;
  }
  return {
    system: 'gitlab-ci',
    repository: env.CI_PROJECT_PATH,
    commitSha: env.CI_COMMIT_SHA,
    branch: env.CI_COMMIT_BRANCH || env.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME,
    tag: env.CI_COMMIT_TAG,
    prId: env.CI_MERGE_REQUEST_IID,
    pipelineRunId: env.CI_PIPELINE_ID,
    deploymentId: env.CI_JOB_ID && `gitlab/job/${env.CI_JOB_ID}`,
    environment: env.CI_ENVIRONMENT_NAME,
    status: env.CI_JOB_STATUS,
    actor: env.GITLAB_USER_LOGIN,
  };
};
