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
    sources?: Array<FourKeysGithubSource>;
  };
}
