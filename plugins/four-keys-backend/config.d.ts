import type { HumanDuration } from '@backstage/types';

export interface Config {
  /** DORA metrics from the events of templates, changes, deployments and incidents. */
  fourKeys?: {
    /**
     * Which environment names belong to which tier. The first entry that
     * matches wins, so the order counts; the list replaces the default as a whole.
     * @visibility backend
     */
    environments?: Array<{
      /**
       * production, staging, testing, development, or a name of your own.
       * @visibility backend
       */
      tier: string;
      /**
       * Globs over the environment's name (`*`, `?`), upper and lower case alike.
       * @visibility backend
       */
      match: string | string[];
    }>;

    metrics?: {
      /**
       * How long after a deployment an incident is blamed on it.
       * @default 24 hours
       * @visibility backend
       */
      failureWindow?: string | HumanDuration;
      /**
       * `annotated`: the failure rate holds services with incidents or with the
       * annotation of an incident tool. `all`: every service has an incident
       * source, so that no incident means no failure.
       * @default annotated
       * @visibility backend
       */
      incidentSource?: 'annotated' | 'all';
      /**
       * The year of the DORA report whose bands are shown.
       * @default 2024
       * @visibility backend
       */
      bandYear?: 2019 | 2021 | 2022 | 2023 | 2024;
    };

    incidents?: {
      /**
       * Incidents come from Jira: `jira/project-key` then says that a service's
       * incident source is known.
       * @default false
       * @visibility backend
       */
      jira?: boolean;
    };

    retention?: {
      /**
       * How long raw events are kept. Facts and metrics stay for good.
       * @default 90 days
       * @visibility backend
       */
      rawEvents?: string | HumanDuration;
    };

    events?: {
      /**
       * The reverse-DNS prefix of the events that we publish ourselves.
       * @default dev.fourkeys
       * @visibility backend
       */
      typePrefix?: string;
    };

    collector?: {
      /**
       * False: this process takes events and answers questions, but another one stores.
       * @default true
       * @visibility backend
       */
      enabled?: boolean;
      /**
       * Most events in one transaction.
       * @default 1000
       * @visibility backend
       */
      maxRecords?: number;
      /**
       * A loop that has not gone round for so long counts as stuck: liveness
       * fails, and Kubernetes restarts the process.
       * @default 1 minute
       * @visibility backend
       */
      stuckAfter?: string | HumanDuration;
      /**
       * How long a transaction waits to fill.
       * @default 200 ms
       * @visibility backend
       */
      maxWait?: string | HumanDuration;
    };

    enrichment?: {
      /**
       * How often the catalog is read for owners, systems and annotations.
       * @default 30 seconds
       * @visibility backend
       */
      catalogRefresh?: string | HumanDuration;
    };

    readiness?: {
      /**
       * After so long without a deployment, an environment in which deployments
       * are expected is silent.
       * @default 30 days
       * @visibility backend
       */
      silentAfter?: string | HumanDuration;
    };

    privacy?: {
      /**
       * The key of the hash that takes the place of `initiator`. Without it one
       * is made once and kept in the database.
       * @visibility secret
       */
      initiatorKey?: string;
    };
  };
}
