import { detectCi, repositoryPath } from '.';

const SHA = '3f2a9c1d0b7e4f5a6c8d9e0f1a2b3c4d5e6f7a8b';

describe('detectCi', () => {
  it.each([
    [
      'GitHub Actions, on a branch',
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_REPOSITORY: 'acme/shop',
        GITHUB_SHA: SHA,
        GITHUB_REF: 'refs/heads/main',
        GITHUB_HEAD_REF: '',
        GITHUB_RUN_ID: '1658821493',
        GITHUB_RUN_ATTEMPT: '2',
        GITHUB_ACTOR: 'octo',
      },
      {
        system: 'github-actions',
        repository: 'acme/shop',
        commitSha: SHA,
        branch: 'main',
        pipelineRunId: '1658821493/2',
        actor: 'octo',
      },
    ],
    [
      'GitHub Actions, on a pull request, whose sha never lands',
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_REPOSITORY: 'acme/shop',
        GITHUB_SHA: SHA,
        GITHUB_REF: 'refs/pull/42/merge',
        GITHUB_HEAD_REF: 'feature/x',
        GITHUB_RUN_ID: '7',
        GITHUB_RUN_ATTEMPT: '1',
      },
      {
        system: 'github-actions',
        repository: 'acme/shop',
        branch: 'feature/x',
        prId: '42',
        pipelineRunId: '7/1',
      },
    ],
    [
      'GitHub Actions, on a tag',
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_REPOSITORY: 'acme/shop',
        GITHUB_SHA: SHA,
        GITHUB_REF: 'refs/tags/v1.2.0',
        GITHUB_RUN_ID: '7',
        GITHUB_RUN_ATTEMPT: '1',
      },
      {
        system: 'github-actions',
        repository: 'acme/shop',
        commitSha: SHA,
        tag: 'v1.2.0',
        pipelineRunId: '7/1',
      },
    ],
    [
      'GitLab CI, where the job is the deployment',
      {
        GITLAB_CI: 'true',
        CI_PROJECT_PATH: 'acme/group/shop',
        CI_COMMIT_SHA: SHA,
        CI_COMMIT_BRANCH: 'main',
        CI_PIPELINE_ID: '900',
        CI_JOB_ID: '12345',
        CI_ENVIRONMENT_NAME: 'production',
        CI_JOB_STATUS: 'success',
        GITLAB_USER_LOGIN: 'fox',
      },
      {
        system: 'gitlab-ci',
        repository: 'acme/group/shop',
        commitSha: SHA,
        branch: 'main',
        pipelineRunId: '900',
        deploymentId: 'gitlab/job/12345',
        environment: 'production',
        status: 'success',
        actor: 'fox',
      },
    ],
    [
      'Jenkins',
      {
        JENKINS_URL: 'https://ci.example.com/',
        JOB_NAME: 'acme/shop/main',
        BUILD_NUMBER: '77',
        GIT_COMMIT: SHA,
        GIT_BRANCH: 'origin/main',
        GIT_URL: 'git@git.example.com:acme/shop.git',
      },
      {
        system: 'jenkins',
        repository: 'acme/shop',
        commitSha: SHA,
        branch: 'main',
        pipelineRunId: 'acme/shop/main/77',
      },
    ],
    [
      'CircleCI',
      {
        CIRCLECI: 'true',
        CIRCLE_PROJECT_USERNAME: 'acme',
        CIRCLE_PROJECT_REPONAME: 'shop',
        CIRCLE_SHA1: SHA,
        CIRCLE_BRANCH: 'main',
        CIRCLE_WORKFLOW_ID: 'e7c8-11',
        CIRCLE_PULL_REQUEST: 'https://github.com/acme/shop/pull/9',
      },
      {
        system: 'circleci',
        repository: 'acme/shop',
        commitSha: SHA,
        branch: 'main',
        prId: '9',
        pipelineRunId: 'e7c8-11',
      },
    ],
    [
      'Azure Pipelines, a stage that runs again',
      {
        TF_BUILD: 'True',
        BUILD_REPOSITORY_NAME: 'shop',
        BUILD_SOURCEVERSION: SHA,
        BUILD_SOURCEBRANCH: 'refs/heads/releases/7',
        BUILD_BUILDID: '5001',
        SYSTEM_STAGEATTEMPT: '2',
        AGENT_JOBSTATUS: 'SucceededWithIssues',
        ENVIRONMENT_NAME: 'prod-eu',
      },
      {
        system: 'azure-pipelines',
        repository: 'shop',
        commitSha: SHA,
        branch: 'releases/7',
        pipelineRunId: '5001/2',
        environment: 'prod-eu',
        status: 'SucceededWithIssues',
      },
    ],
    [
      'Bitbucket Pipelines, after a step that failed',
      {
        BITBUCKET_BUILD_NUMBER: '31',
        BITBUCKET_STEP_RUN_NUMBER: '2',
        BITBUCKET_REPO_FULL_NAME: 'acme/shop',
        BITBUCKET_COMMIT: SHA,
        BITBUCKET_BRANCH: 'main',
        BITBUCKET_DEPLOYMENT_ENVIRONMENT: 'production',
        BITBUCKET_EXIT_CODE: '3',
      },
      {
        system: 'bitbucket-pipelines',
        repository: 'acme/shop',
        commitSha: SHA,
        branch: 'main',
        pipelineRunId: '31/2',
        environment: 'production',
        status: 'failure',
      },
    ],
    [
      'Tekton, with what the pipeline passes',
      {
        TEKTON_PIPELINE_RUN: '0b8a-uid',
        TEKTON_COMMIT_SHA: SHA,
        TEKTON_REPO_URL: 'https://git.example.com/acme/shop.git',
        TEKTON_STATUS: 'Succeeded',
      },
      {
        system: 'tekton',
        repository: 'acme/shop',
        commitSha: SHA,
        pipelineRunId: '0b8a-uid',
        status: 'Succeeded',
      },
    ],
  ])('%s', (_, env, facts) => {
    expect(detectCi(env)).toEqual(facts);
  });

  it('knows when there is no CI around', () => {
    expect(detectCi({ PATH: '/bin', CI: 'true' })).toBeUndefined();
  });
});

describe('repositoryPath', () => {
  it.each([
    ['https://github.com/acme/shop.git', 'acme/shop'],
    ['https://user@dev.azure.com/acme/p/_git/shop', 'acme/p/_git/shop'],
    ['ssh://git@git.example.com:7999/acme/shop.git', 'acme/shop'],
    ['git@gitlab.com:acme/group/shop.git', 'acme/group/shop'],
    ['/srv/git/shop.git', undefined],
    ['file:///srv/git/shop.git', undefined],
    ['', undefined],
  ])('%s', (url, path) => {
    expect(repositoryPath(url)).toBe(path);
  });
});
