/** The families of events that a pipeline reports. */
export const FAMILIES = ['deploy', 'change', 'build', 'incident'] as const;

export type Family = (typeof FAMILIES)[number];

/** Fields that a change has only once it is merged. */
export const MERGED_ONLY: ReadonlySet<string> = new Set([
  'commits',
  'kind',
  'opened_at',
  'first_review_at',
  'merged_at',
]);

/** A flag that stands for one field of `data`. */
export interface FieldFlag {
  /** As commander reads it. */
  readonly flags: string;
  /** The path within `data`. */
  readonly field: string;
  readonly description: string;
  /** `list`: given several times or separated by commas. */
  readonly type?: 'list' | 'commits';
}

const flag = (
  field: string,
  flags: string,
  description: string,
  type?: FieldFlag['type'],
): FieldFlag => ({ field, flags, description, ...(type ? { type } : {}) });

const SERVICE = flag(
  'service_id',
  '--service-id, --service <id>',
  'the service; default FOUR_KEYS_SERVICE_ID, .four-keys.env, the name of the repository',
);
const CORRELATION = flag(
  'correlation_id',
  '--correlation-id <id>',
  'ties everything of one template run together; default FOUR_KEYS_CORRELATION_ID, .four-keys.env',
);
const SHA = flag(
  'commit_sha',
  '--sha, --commit-sha <sha>',
  'the commit; default what the CI system says',
);
const COMMITTED_AT = flag(
  'committed_at',
  '--committed-at <time>',
  'when the commit was authored; default from the git history at hand',
);
const RUN = flag(
  'pipeline_run_id',
  '--run, --pipeline-run-id <id>',
  'the pipeline run; default what the CI system says',
);
const PR = flag('pr_id', '--pr, --pr-id <id>', 'the pull or merge request');
const BRANCH = flag(
  'branch',
  '--branch <name>',
  'the branch; default what the CI system says',
);
const ARTIFACT = flag(
  'artifact',
  '--artifact <digest>',
  'what was built or deployed: a digest or a purl',
);
const STARTED = flag('started_at', '--started-at <time>', 'when it started');
const FINISHED = flag(
  'finished_at',
  '--finished-at <time>',
  'when it finished; default the time of the event',
);
const COMMITS = flag(
  'commits',
  '--commits <sha[@time],...>',
  'the commits in it, each with the time it was authored where known',
  'commits',
);
const INITIATOR = flag(
  'initiator',
  '--initiator [name]',
  'who started it, stored as a keyed hash; never sent unless asked for, without a name whom the CI system names',
);

/** The flags of each family, for every field of the contract. */
export const FIELD_FLAGS: Readonly<Record<Family, readonly FieldFlag[]>> = {
  deploy: [
    SERVICE,
    flag(
      'environment',
      '--env, --environment <name>',
      'where to; default the environment that the CI job is declared for',
    ),
    flag(
      'deployment_id',
      '--deployment-id <id>',
      'the deployment, the same when it starts and when it ends; default the pipeline run',
    ),
    RUN,
    SHA,
    COMMITTED_AT,
    BRANCH,
    PR,
    flag(
      'version',
      '--version <version>',
      'the version that is deployed; default the tag that is built',
    ),
    ARTIFACT,
    COMMITS,
    flag(
      'kind',
      '--kind <kind>',
      'deploy, rollback, hotfix, config, restart or scale',
    ),
    flag(
      'remediates',
      '--remediates <id>',
      'the deployment or incident that this one mends',
    ),
    flag(
      'release_id',
      '--release-id <id>',
      'shared by the deployments of one release to several regions',
    ),
    STARTED,
    FINISHED,
    CORRELATION,
    INITIATOR,
  ],
  change: [
    SERVICE,
    SHA,
    COMMITTED_AT,
    PR,
    BRANCH,
    flag(
      'repository',
      '--repository <path>',
      'the repository; default what the CI system says',
    ),
    flag('labels', '--labels <label,...>', 'labels of the change', 'list'),
    flag('kind', '--kind <kind>', 'hotfix for a hotfix'),
    COMMITS,
    flag('opened_at', '--opened-at <time>', 'when the pull request was opened'),
    flag(
      'first_review_at',
      '--first-review-at <time>',
      'when it was first reviewed',
    ),
    flag(
      'merged_at',
      '--merged-at <time>',
      'when it landed; default the time of the event',
    ),
    flag(
      'template_id',
      '--template-id <id>',
      'the template that made the service; default .four-keys.env',
    ),
    flag(
      'template_version',
      '--template-version <version>',
      'the version of that template; default .four-keys.env',
    ),
    CORRELATION,
    INITIATOR,
  ],
  build: [
    SERVICE,
    RUN,
    SHA,
    COMMITTED_AT,
    ARTIFACT,
    STARTED,
    FINISHED,
    CORRELATION,
  ],
  incident: [
    SERVICE,
    flag('incident_id', '--incident-id <id>', 'the incident (required)'),
    flag(
      'environment',
      '--env, --environment <name>',
      'where it happens; production unless given',
    ),
    flag('severity', '--severity <severity>', 'such as critical'),
    flag('title', '--title <text>', 'what it is about'),
    flag('url', '--incident-url <url>', 'where people read about it'),
    flag(
      'cause.deployment_id',
      '--cause-deployment-id <id>',
      'the deployment to blame',
    ),
    flag('cause.commit_sha', '--cause-commit-sha <sha>', 'the commit to blame'),
    flag('cause.pr_id', '--cause-pr-id <id>', 'the pull request to blame'),
    flag(
      'cause.correlation_id',
      '--cause-correlation-id <id>',
      'the correlation id to blame',
    ),
    flag(
      'cause.service_id',
      '--cause-service <id>',
      'the service of that cause, when it is another one',
    ),
    flag(
      'external',
      '--external',
      'somebody else is to blame: linked to no deployment',
    ),
    CORRELATION,
  ],
};

/** The longest name of a flag: what messages and option values are called by. */
export function longFlagOf({ flags }: FieldFlag): string {
  return flags.match(/--[a-z-]+/g)!.at(-1)!;
}

/** The flag behind a field such as `data.commit_sha`, for messages. */
export function flagOfField(family: Family, path: string): string | undefined {
  const field = path.replace(/^data\./, '').replace(/\.\d+(\..*)?$/, '');
  const found = FIELD_FLAGS[family].find(one => one.field === field);
  return found && longFlagOf(found);
}
