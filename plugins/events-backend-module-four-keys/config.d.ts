/** What every source has. */
interface FourKeysSource {
  /**
   * The installation of the vendor's product, such as `github.com`. It is
   * part of the identity of every event: never rename it.
   */
  instance: string;
  /**
   * The secrets of the webhooks. Any of them may sign, so that a new one
   * can be added before the old one is removed.
   * @deepVisibility secret
   */
  secrets?: string[];
  /** Takes webhooks that nobody signed; only behind a gateway that checks them. */
  allowUnsigned?: boolean;
  /** Also takes the webhooks that Backstage's own module of this vendor received: at most once. */
  bridge?: boolean;
}

/** What the sources have that host repositories. */
interface FourKeysRepositorySource extends FourKeysSource {
  /**
   * Repositories that are compared with what the vendor remembers, every
   * quarter of an hour, besides those that the catalog knows.
   */
  repositories?: string[];
  /** The host of the repositories as `integrations` has it; default the instance. */
  host?: string;
  /**
   * What counts as a change: `merges` (the default with credentials in
   * `integrations`) merged pull requests and what was pushed without one,
   * `pushes` every commit that is pushed to a landing branch.
   */
  changes?: 'merges' | 'pushes';
  /** The branches that are deployed, globs; default `main` and `master`. */
  landingBranches?: string[];
  /** A pull request with one of these labels is a hotfix; default `hotfix`. */
  hotfixLabels?: string[];
  /**
   * Which service an event belongs to, unless the event itself says so; the
   * first match wins. Without a match it is what the catalog has for the
   * repository, else the name of the repository.
   */
  services?: Array<{
    /** A glob on the path of the repository, such as `acme/*`. */
    repository?: string;
    /** A glob on the environment of a deployment. */
    environment?: string;
    /** A glob on the workflow, pipeline, job or stage. */
    job?: string;
    /** A glob on a changed file, for repositories of several services. */
    path?: string;
    /** Globs on labels such as `service:payments`, by their name. */
    labels?: { [name: string]: string };
    service: string;
  }>;
  /** Which environment something was deployed to; the first match wins, else what the vendor calls it. */
  environments?: Array<{
    /** A glob on the path of the repository. */
    repository?: string;
    /** A glob on what the vendor calls the environment. */
    name?: string;
    /** A glob on the workflow, pipeline, job or stage. */
    job?: string;
    /** A glob on the tag or branch. */
    ref?: string;
    environment: string;
  }>;
  /** Issues with one of these labels are incidents; default none. */
  incidentLabels?: string[];
  /** Which label means which severity of an incident; the first match wins. */
  severities?: Array<{ label: string; severity: string }>;
}

/** GitHub, see docs/sources/github.md. */
interface FourKeysGithubSource extends FourKeysRepositorySource {
  type: 'github';
  /**
   * What counts as a deployment: `status` (the default) the statuses of
   * GitHub deployments; `workflow`, `release` or `tag` those runs, releases
   * and tags to which a rule of `environments` gives one; `none` nothing.
   */
  deployments?: 'status' | 'workflow' | 'release' | 'tag' | 'none';
  /** Whether deployments to environments that GitHub calls transient count; default false. */
  transientEnvironments?: boolean;
  /** Which `task` of a deployment, a glob, means which kind; the first match wins. */
  taskKinds?: Array<{ task: string; kind: string }>;
}

/** A rule that says whose an event is; every glob that is given must match. */
interface FourKeysServiceRule {
  /** A glob on the environment of a deployment. */
  environment?: string;
  /** A glob on the workflow, pipeline, job or stage. */
  job?: string;
  /** Globs on labels or tags, by their name. */
  labels?: { [name: string]: string };
  service: string;
}

/** Argo CD, see docs/sources/argocd.md. */
interface FourKeysArgocdSource extends FourKeysSource {
  type: 'argocd';
  /** Which environment an application is in, unless it is annotated; the first match wins. */
  environments?: Array<{
    /** A glob on `namespace/name` of the application. */
    application?: string;
    /** A glob on the name of the destination's cluster, else on its address. */
    cluster?: string;
    /** A glob on the namespace of the destination. */
    namespace?: string;
    environment: string;
  }>;
  /** Repositories such as `github.com/acme/*` with code rather than manifests: their revisions are commits of the service. */
  ownRepositories?: string[];
  services?: Array<
    FourKeysServiceRule & {
      /** A glob on `namespace/name` of the application. */
      application?: string;
    }
  >;
}

/** Flux, see docs/sources/flux.md. */
interface FourKeysFluxSource extends FourKeysSource {
  type: 'flux';
  /** Which environment an object is in, unless the Alert says it; the first match wins. */
  environments?: Array<{
    /** A glob on `namespace/name` of the Kustomization or HelmRelease. */
    object?: string;
    /** A glob on `cluster` of the metadata of the Alert. */
    cluster?: string;
    environment: string;
  }>;
  /** Globs on `namespace/name` of the objects whose revision is a commit of the service's own repository. */
  ownRevisions?: string[];
  services?: Array<
    FourKeysServiceRule & {
      /** A glob on `namespace/name` of the Kustomization or HelmRelease. */
      object?: string;
    }
  >;
}

/** Tekton, see docs/sources/tekton.md. */
interface FourKeysTektonSource extends FourKeysSource {
  type: 'tekton';
  /** Which pipelines deploy, and where to; every other one builds. */
  deployments?: Array<{
    /** A glob on the name of the pipeline. */
    pipeline?: string;
    /** A glob on the namespace of the run. */
    namespace?: string;
    environment: string;
  }>;
  /** Results and parameters that hold the commit, the best first; default commit_sha, commit-sha, commit, revision. */
  commitNames?: string[];
  /** Results and parameters that hold what was built; default artifact, image, IMAGE_URL. */
  artifactNames?: string[];
  services?: Array<
    FourKeysServiceRule & {
      /** A glob on `namespace/pipeline`. */
      pipeline?: string;
    }
  >;
}

/** Jenkins, see docs/sources/jenkins.md. */
interface FourKeysJenkinsSource extends FourKeysSource {
  type: 'jenkins';
  /** Which jobs deploy, and where to; every other one builds. */
  deployments?: Array<{
    /** A glob on the path of the job, such as `shop/deploy-*`. */
    job: string;
    environment: string;
  }>;
  services?: Array<FourKeysServiceRule>;
}

/** CircleCI, see docs/sources/circleci.md. */
interface FourKeysCircleciSource extends FourKeysSource {
  type: 'circleci';
  /** Which workflows deploy, or with `job` which jobs, and where to. */
  deployments?: Array<{
    /** A glob on the path of the project, such as `acme/payments-api`. */
    project?: string;
    workflow?: string;
    job?: string;
    branch?: string;
    environment: string;
  }>;
  services?: Array<
    FourKeysServiceRule & {
      /** A glob on the path of the project. */
      project?: string;
    }
  >;
}

/** Who asks the API of a vendor that is not among `integrations`. */
interface FourKeysSourceApi {
  /** The address of the API; default the one of the vendor, or the host that `instance` names. */
  baseUrl?: string;
  /** Whose token it is, where the vendor wants to know. */
  user?: string;
  /** @visibility secret */
  token: string;
}

/** PagerDuty, see docs/sources/pagerduty.md. */
interface FourKeysPagerdutySource extends FourKeysSource {
  type: 'pagerduty';
  /** With a key that may read, incidents are compared with what PagerDuty remembers, every quarter of an hour. */
  api?: FourKeysSourceApi;
  /** The urgencies that make an incident, globs; default all. */
  urgencies?: string[];
  /** The priorities that make an incident, globs; default all, and none. */
  priorities?: string[];
  services?: Array<
    FourKeysServiceRule & {
      /** A glob on the name of the service in PagerDuty. */
      pagerdutyService?: string;
    }
  >;
}

/** Opsgenie, see docs/sources/opsgenie.md. */
interface FourKeysOpsgenieSource extends FourKeysSource {
  type: 'opsgenie';
  /** The header that carries the secret; default `x-four-keys-token`. */
  header?: string;
  /** The priorities that make an incident, globs; default all. */
  priorities?: string[];
  /** Tags of which an alert must have one to be an incident, globs; default none. */
  tags?: string[];
  services?: Array<
    FourKeysServiceRule & {
      /** A glob on the entity of the alert. */
      entity?: string;
    }
  >;
}

/** Jira, see docs/sources/jira.md. */
interface FourKeysJiraSource extends FourKeysSource {
  type: 'jira';
  /** With a token that may read, issues are compared with what Jira remembers, every quarter of an hour. */
  api?: FourKeysSourceApi;
  /** The keys of projects that are compared, besides those that the catalog knows. */
  projects?: string[];
  /** The types of issues that are incidents, globs; default Incident and [System] Incident. */
  issueTypes?: string[];
  /** The names of the statuses in which an incident is over, globs. */
  doneStatuses?: string[];
  /** The id of a field that names the commit or deployment to blame, such as `customfield_10042`. */
  causeField?: string;
  services?: Array<
    FourKeysServiceRule & {
      /** A glob on the key of the project. */
      project?: string;
    }
  >;
}

/** Prometheus Alertmanager, see docs/sources/alertmanager.md. */
interface FourKeysAlertmanagerSource extends FourKeysSource {
  type: 'alertmanager';
  /** The values of the label `severity` that make an incident, globs; default page and critical. */
  severities?: string[];
  /** The labels that name the service, the best first; default service, app, component. */
  serviceLabels?: string[];
  /** The labels that name the environment; default environment, env, cluster. */
  environmentLabels?: string[];
  services?: Array<
    FourKeysServiceRule & {
      /** A glob on the name of the alert. */
      alert?: string;
    }
  >;
}

/** GitLab, see docs/sources/gitlab.md. */
interface FourKeysGitlabSource extends FourKeysRepositorySource {
  type: 'gitlab';
  /**
   * What counts as a deployment: `deployment` (the default) the deployments
   * of GitLab; `pipeline` the jobs with an environment; `tag` those tags to
   * which a rule of `environments` gives one; `none` nothing.
   */
  deployments?: 'deployment' | 'pipeline' | 'tag' | 'none';
}

/** CDEvents, see docs/sources/cdevents.md. */
interface FourKeysCdeventsSource extends FourKeysSource {
  type: 'cdevents';
  /** Which pipelines deploy, and where to; every other run is a build. */
  deployments?: Array<{
    /** A glob on the name of the pipeline. */
    pipeline: string;
    environment: string;
  }>;
  services?: Array<
    FourKeysServiceRule & {
      /** A glob on the name of the pipeline. */
      pipeline?: string;
    }
  >;
}

/** Anything that sends JSON, see docs/sources/generic.md. */
interface FourKeysGenericSource extends FourKeysSource {
  type: 'generic';
  /** The header that carries the secret; default a bearer token in Authorization. */
  header?: string;
  /** The sender signs the body with the secret instead. */
  hmac?: {
    /** The header that carries the signature. */
    header: string;
    /** Default sha256. */
    algorithm?: 'sha256' | 'sha384' | 'sha512';
    /** Default hex. */
    encoding?: 'hex' | 'base64';
    /** What stands before the signature, such as `sha256=`. */
    prefix?: string;
  };
  /** The rules for a body that many have, instead of `map`. */
  preset?: 'datadog' | 'devlake' | 'grafana' | 'servicenow';
  /** How events are made of a body, by expressions of JSONata. */
  map?: Array<{
    /** Gives the items of which each becomes an event; `$body` is the whole body then. */
    each?: string;
    /** Whether it becomes an event. */
    when?: string;
    /** The kind of the event, such as `deploy.completed`. */
    type: string;
    /** Gives a text that names what happened, the same whenever it is told. */
    id: string;
    /** Gives the time: RFC 3339, or since the epoch. */
    time: string;
    /** Gives the data of the event, an object. */
    data: string;
  }>;
  /** Fields of data that no rule gave. */
  defaults?: { [field: string]: string };
}

/** Azure DevOps, see docs/sources/azure-devops.md. */
interface FourKeysAzureDevopsSource extends FourKeysRepositorySource {
  type: 'azure-devops';
  /** The organisation, as it stands in the addresses of its repositories. */
  organization?: string;
  /**
   * What counts as a deployment: `release` (the default) the stages of classic
   * releases; `stage` those stages of pipelines to which a rule of
   * `environments` gives one; `none` nothing.
   */
  deployments?: 'release' | 'stage' | 'none';
}

/** Bitbucket, see docs/sources/bitbucket.md. */
interface FourKeysBitbucketSource extends FourKeysRepositorySource {
  /** Bitbucket Cloud or Bitbucket Data Center. */
  type: 'bitbucket-cloud' | 'bitbucket-server';
}

export interface Config {
  fourKeys?: {
    events?: {
      /** The prefix of the types of published events; default `dev.fourkeys`. */
      typePrefix?: string;
    };
    /**
     * The vendors that send webhooks to
     * `POST /api/events/four-keys/{type}/{instance}`.
     */
    sources?: Array<
      | FourKeysAlertmanagerSource
      | FourKeysArgocdSource
      | FourKeysCdeventsSource
      | FourKeysAzureDevopsSource
      | FourKeysBitbucketSource
      | FourKeysCircleciSource
      | FourKeysFluxSource
      | FourKeysGenericSource
      | FourKeysGithubSource
      | FourKeysGitlabSource
      | FourKeysJenkinsSource
      | FourKeysJiraSource
      | FourKeysOpsgenieSource
      | FourKeysPagerdutySource
      | FourKeysTektonSource
    >;
  };
}
