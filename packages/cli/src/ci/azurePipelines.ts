import {
  branchOrTag,
  joined,
  type CiDetector,
  type CiEnvironment,
} from './types';

/** A release of the classic editor is a run of its own above builds. */
function releaseRun(env: CiEnvironment) {
  return env.RELEASE_RELEASEID
    ? joined(
        'release',
        env.RELEASE_RELEASEID,
        env.RELEASE_ENVIRONMENTID,
        env.RELEASE_ATTEMPTNUMBER,
      )
    : undefined;
}

/** Azure Pipelines; a stage that runs again keeps the build id. */
export const azurePipelines: CiDetector = env => {
  if (env.TF_BUILD?.toLowerCase() !== 'true') {
    return undefined;
  }
  const pullRequest =
    env.SYSTEM_PULLREQUEST_PULLREQUESTNUMBER ||
    env.SYSTEM_PULLREQUEST_PULLREQUESTID;
  return {
    system: 'azure-pipelines',
    repository: env.BUILD_REPOSITORY_NAME,
    // As on GitHub, a pull request's run builds a test merge.
    commitSha: pullRequest ? undefined : env.BUILD_SOURCEVERSION,
    ...branchOrTag(
      pullRequest
        ? env.SYSTEM_PULLREQUEST_SOURCEBRANCH
        : env.BUILD_SOURCEBRANCH,
    ),
    prId: pullRequest,
    pipelineRunId:
      releaseRun(env) ?? joined(env.BUILD_BUILDID, env.SYSTEM_STAGEATTEMPT),
    environment: env.ENVIRONMENT_NAME || env.RELEASE_ENVIRONMENTNAME,
    status: env.AGENT_JOBSTATUS,
    actor: env.BUILD_REQUESTEDFOREMAIL || env.BUILD_REQUESTEDFOR,
  };
};
