import { joined, repositoryPath, type CiDetector } from './types';

/** Jenkins, with the variables of its Git and branch source plugins. */
export const jenkins: CiDetector = env => {
  if (!env.JENKINS_URL || !env.BUILD_NUMBER) {
    return undefined;
  }
  return {
    system: 'jenkins',
    repository: repositoryPath(env.GIT_URL) ?? env.JOB_NAME,
    commitSha: env.GIT_COMMIT,
    branch:
      env.CHANGE_BRANCH ||
      (env.TAG_NAME ? undefined : env.BRANCH_NAME) ||
      env.GIT_BRANCH?.replace(/^(?:refs\/remotes\/)?origin\//, ''),
    tag: env.TAG_NAME,
    prId: env.CHANGE_ID,
    pipelineRunId: joined(env.JOB_NAME, env.BUILD_NUMBER) ?? env.BUILD_TAG,
    actor: env.BUILD_USER_ID,
  };
};
