/**
 * The body of `GET /pipeline/setup`: how this instance is set up, for those who
 * look for what is wrong with an installation.
 *
 * @public
 */
export interface PipelineSetup {
  /** Of the backend plugin. */
  version: string;
  /** The clock of this instance, RFC 3339. */
  now: string;
  database: {
    /** Of the PostgreSQL server. */
    version: string;
    /** The clock of the database server, RFC 3339. */
    now: string;
    migrations: {
      applied: number;
      /** Names of those that this release has and the database has not. */
      missing: string[];
    };
  };
  transport: {
    name: string;
    /** Why it cannot take events now; null: it can. */
    problem: string | null;
  };
  /** Whether this instance stores what it reads, or only answers. */
  collects: boolean;
}
