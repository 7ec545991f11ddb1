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
    sources?: Array<{
      /** The vendor. */
      type: 'github';
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
      /**
       * What counts as a deployment: `status` (the default) the statuses of
       * GitHub deployments, `none` nothing.
       */
      deployments?: 'status' | 'none';
      /**
       * What counts as a change: `pushes` (the default) every commit that is
       * pushed to a landing branch, `merges` merged pull requests alone.
       */
      changes?: 'merges' | 'pushes';
      /** The branches that are deployed, globs; default `main` and `master`. */
      landingBranches?: string[];
      /** Whether deployments to environments that GitHub calls transient count; default false. */
      transientEnvironments?: boolean;
      /** A pull request with one of these labels is a hotfix; default `hotfix`. */
      hotfixLabels?: string[];
      /** Which `task` of a deployment, a glob, means which kind; the first match wins. */
      taskKinds?: Array<{ task: string; kind: string }>;
      /**
       * Which service an event belongs to, unless the event itself says so; the
       * first match wins. Without a match it is the name of the repository.
       */
      services?: Array<{
        /** A glob on `owner/name`. */
        repository: string;
        /** A glob on the environment of a deployment. */
        environment?: string;
        service: string;
      }>;
    }>;
  };
}
