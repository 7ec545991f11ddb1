import fc from 'fast-check';
import { earlierInstantArbitrary, instantArbitrary } from './grid';
import {
  BRANCHES,
  CORRELATIONS,
  DEPLOYMENTS,
  ENVIRONMENTS,
  INCIDENTS,
  PULL_REQUESTS,
  RELEASES,
  RUNS,
  SERVICES,
  SHA_SPELLINGS,
  SHAS,
  TEMPLATES,
  VERSIONS,
} from './pools';

/** An event without its identity. */
export interface EventDraft {
  readonly source: string;
  readonly time: string;
  readonly kind: string;
  readonly data: Record<string, unknown>;
}

type Drafts = fc.Arbitrary<Pick<EventDraft, 'kind' | 'data'>>;

/** Given so often out of ten; otherwise absent, `null` or empty, which all mean the same. */
const sometimes = <T>(often: number, values: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: often, arbitrary: values },
    {
      weight: 10 - often,
      arbitrary: fc.constantFrom(undefined, undefined, null, ''),
    },
  );

const from = <T>(pool: readonly T[]) => fc.constantFrom(...pool);

/** The first of a pool far more often than the rest, so that much happens in one place. */
const mostly = <T>(pool: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(pool[0]) },
    { weight: 3, arbitrary: from(pool.slice(0, 2)) },
    { weight: 2, arbitrary: from(pool) },
  );

/** Commits are mostly older than everything else. */
const committedAt = fc.oneof(
  { weight: 3, arbitrary: earlierInstantArbitrary },
  { weight: 1, arbitrary: instantArbitrary },
);

const draft = (
  kinds: readonly string[],
  fields: Record<string, fc.Arbitrary<unknown>>,
): Drafts =>
  fc
    .record({ kind: from(kinds), data: fc.record(fields) })
    .map(({ kind, data }) => ({
      kind,
      data: Object.fromEntries(
        Object.entries(data).filter(([, value]) => value !== undefined),
      ),
    }));

const service = { service_id: mostly(SERVICES) };

const lineage = {
  template_id: sometimes(2, from(TEMPLATES)),
  template_version: sometimes(5, from(VERSIONS)),
};

const commits = fc.array(
  fc.oneof(
    from(SHAS),
    fc
      .record({
        sha: from(SHA_SPELLINGS),
        committed_at: sometimes(6, committedAt),
      })
      .map(({ sha, committed_at }) =>
        committed_at === undefined ? { sha } : { sha, committed_at },
      ),
  ),
  { maxLength: 3 },
);

const created = draft(['change.created'], {
  ...service,
  ...lineage,
  commit_sha: from(SHAS),
  pr_id: sometimes(4, from(PULL_REQUESTS)),
  committed_at: sometimes(6, committedAt),
  branch: sometimes(7, from(BRANCHES)),
});

const merged = draft(['change.merged'], {
  ...service,
  ...lineage,
  commit_sha: from(SHAS),
  pr_id: sometimes(7, from(PULL_REQUESTS)),
  committed_at: sometimes(3, committedAt),
  merged_at: sometimes(4, instantArbitrary),
  branch: sometimes(7, from(BRANCHES)),
  commits: sometimes(6, commits),
});

const KINDS = [
  'deploy',
  'rollback',
  'rollback',
  'hotfix',
  'config',
  'restart',
  'scale',
  'canary',
];

const STATUSES = [
  'success',
  'success',
  'success',
  'success',
  'failure',
  'cancelled',
];

const deployFields = {
  ...service,
  environment: mostly(ENVIRONMENTS),
  pipeline_run_id: sometimes(3, from(RUNS)),
  commit_sha: sometimes(8, from(SHA_SPELLINGS)),
  committed_at: sometimes(1, committedAt),
  branch: sometimes(4, from(BRANCHES)),
  version: sometimes(4, from(VERSIONS)),
  commits: sometimes(1, commits),
  kind: sometimes(1, from(KINDS)),
  remediates: sometimes(1, from([...DEPLOYMENTS, ...INCIDENTS])),
  release_id: sometimes(4, from(RELEASES)),
  correlation_id: sometimes(2, from(CORRELATIONS)),
  finished_at: sometimes(2, instantArbitrary),
};

const deployed = draft(['deploy.completed'], {
  ...deployFields,
  deployment_id: from(DEPLOYMENTS),
  status: from(STATUSES),
});

const started = draft(['deploy.started'], {
  ...deployFields,
  deployment_id: from(DEPLOYMENTS),
});

const ranOnly = draft(['deploy.completed'], {
  ...deployFields,
  pipeline_run_id: from(RUNS),
  status: from(STATUSES),
});

const built = draft(['build.completed'], {
  ...service,
  pipeline_run_id: from(RUNS),
  commit_sha: sometimes(8, from(SHA_SPELLINGS)),
  committed_at: sometimes(8, committedAt),
});

const cause = fc.record(
  {
    deployment_id: from(DEPLOYMENTS),
    commit_sha: from(SHA_SPELLINGS),
    pr_id: from(PULL_REQUESTS),
    correlation_id: from(CORRELATIONS),
    service_id: from(SERVICES),
  },
  { requiredKeys: [] },
);

const incidentEnvironments = [...ENVIRONMENTS, 'production', 'Staging'];

const incident = draft(
  [
    'incident.opened',
    'incident.opened',
    'incident.opened',
    'incident.resolved',
    'incident.resolved',
    'incident.reopened',
  ],
  {
    ...service,
    incident_id: mostly(INCIDENTS),
    environment: sometimes(3, from(incidentEnvironments)),
    cause: sometimes(4, cause),
    external: sometimes(1, fc.boolean()),
  },
);

const linked = draft(['incident.linked'], {
  ...service,
  incident_id: mostly(INCIDENTS),
  deployment_id: fc.oneof(from(DEPLOYMENTS), fc.constant(null)),
  environment: sometimes(3, from(incidentEnvironments)),
});

const scaffolded = draft(['scaffold.completed'], {
  ...service,
  run_id: from(RUNS),
  template_id: from(TEMPLATES),
  template_version: sometimes(6, from(VERSIONS)),
  status: sometimes(8, from(['success', 'success', 'failure'])),
});

/** What an event of any kind may say. */
export const eventDataArbitrary: Drafts = fc.oneof(
  { weight: 4, arbitrary: created },
  { weight: 6, arbitrary: merged },
  { weight: 18, arbitrary: deployed },
  { weight: 1, arbitrary: started },
  { weight: 2, arbitrary: ranOnly },
  { weight: 1, arbitrary: built },
  { weight: 10, arbitrary: incident },
  { weight: 1, arbitrary: linked },
  { weight: 1, arbitrary: scaffolded },
);
