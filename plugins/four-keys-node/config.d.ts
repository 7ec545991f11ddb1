export interface Config {
  fourKeys?: {
    /**
     * How events travel from those who publish them to the collector.
     * `postgres` (default): a log in the plugin's own database.
     * `kafka`: not available in this build yet.
     */
    transport?: 'postgres' | 'kafka';

    /** The log in PostgreSQL. */
    postgresLog?: {
      /**
       * Over how many partitions events are spread, and so how many collectors
       * can share the work at most. Fixed when the log is created. Default: 12.
       */
      partitions?: number;

      /**
       * For how many days events stay in the log after every reader has read
       * them. Default: 7.
       */
      retentionDays?: number;

      /**
       * After how many days events are dropped although some reader has not
       * read them. Loses them; a last resort against a full disk. Default:
       * never.
       */
      hardRetentionDays?: number;
    };
  };
}
