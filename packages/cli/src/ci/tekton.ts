import { repositoryPath, type CiDetector } from './types';

/**
 * Tekton gives a step no variables of its own, so the pipeline passes them:
 * `$(context.pipelineRun.uid)` or its name as TEKTON_PIPELINE_RUN, and if
 * known TEKTON_COMMIT_SHA, TEKTON_BRANCH, TEKTON_REPO_URL and
 * `$(tasks.status)` as TEKTON_STATUS.
 */
export const tekton: CiDetector = env => {
  const run =
    env.TEKTON_PIPELINE_RUN_UID ||
    env.TEKTON_PIPELINE_RUN ||
    env.TEKTON_PIPELINERUN;
  if (!run) {
    return undefined;
  }
  return {
    system: 'tekton',
    repository: repositoryPath(env.TEKTON_REPO_URL) ?? env.TEKTON_REPOSITORY,
    commitSha: env.TEKTON_COMMIT_SHA,
    branch: env.TEKTON_BRANCH,
    tag: env.TEKTON_TAG,
    prId: env.TEKTON_PULL_REQUEST,
    pipelineRunId: run,
    environment: env.TEKTON_ENVIRONMENT,
    status: env.TEKTON_STATUS,
  };
};
