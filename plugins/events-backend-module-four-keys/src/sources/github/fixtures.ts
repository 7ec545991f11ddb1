/**
 * Webhooks in the shape that GitHub documents, with values of our own: a
 * repository `Acme/Payments-API` in which one pull request is merged and
 * deployed. Fields that say who did it are there to prove that they stay out.
 */
export const SHA = {
  first: '1111111111111111111111111111111111111111',
  second: '2222222222222222222222222222222222222222',
  merge: '3333333333333333333333333333333333333333',
  direct: '4444444444444444444444444444444444444444',
} as const;

const person = { login: 'mona', name: 'Mona', email: 'mona@example.com' };

const repository = {
  id: 7,
  full_name: 'Acme/Payments-API',
  name: 'Payments-API',
  owner: person,
  default_branch: 'main',
  pushed_at: 1781094896,
};

const commit = (id: string, message: string, timestamp: string) => ({
  id,
  tree_id: id,
  distinct: id === SHA.merge,
  message,
  timestamp,
  author: person,
  committer: person,
  added: [],
  removed: [],
  modified: ['src/index.ts'],
});

export const push = {
  ref: 'refs/heads/main',
  before: '0'.repeat(40),
  after: SHA.merge,
  created: false,
  deleted: false,
  forced: false,
  repository,
  pusher: person,
  sender: person,
  head_commit: commit(
    SHA.merge,
    'Merge pull request #42 from acme/retries',
    '2026-06-10T14:34:50+02:00',
  ),
  commits: [
    commit(SHA.first, 'Retry payments', '2026-06-09T09:00:00+02:00'),
    commit(SHA.second, 'Test retries', '2026-06-09T10:00:00+02:00'),
    commit(
      SHA.merge,
      'Merge pull request #42 from acme/retries\n\nRetry payments',
      '2026-06-10T14:34:50+02:00',
    ),
  ],
};

export const pullRequest = {
  action: 'closed',
  number: 42,
  repository,
  sender: person,
  pull_request: {
    id: 9001,
    number: 42,
    state: 'closed',
    title: 'Retry payments',
    user: person,
    merged: true,
    merged_by: person,
    merge_commit_sha: SHA.merge,
    created_at: '2026-06-09T08:30:00Z',
    merged_at: '2026-06-10T12:34:50Z',
    closed_at: '2026-06-10T12:34:50Z',
    head: { ref: 'retries', sha: SHA.second },
    base: { ref: 'main', sha: SHA.direct },
    labels: [{ id: 1, name: 'HotFix', color: 'ff0000' }],
  },
};

export const deploymentStatus = {
  action: 'created',
  repository,
  sender: person,
  deployment_status: {
    id: 501,
    state: 'success',
    creator: person,
    environment: 'production',
    created_at: '2026-06-10T12:50:12Z',
    updated_at: '2026-06-10T12:50:12Z',
  },
  deployment: {
    id: 77,
    sha: SHA.merge,
    ref: 'main',
    task: 'deploy',
    payload: {},
    environment: 'Production',
    creator: person,
    transient_environment: false,
    production_environment: true,
    created_at: '2026-06-10T12:40:00Z',
  },
  workflow_run: { id: 123456, run_attempt: 2, head_sha: SHA.merge },
};
