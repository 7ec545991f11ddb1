export interface Config {
  fourKeys?: {
    /**
     * The version of the platform, stamped into what templates generate, so
     * that metrics can be compared between versions of the platform.
     */
    platformVersion?: string;
    scaffolder?: {
      /** How every template run is reported, without a step in the template. */
      runs?: {
        /** Default true. */
        observe?: boolean;
        /**
         * How many days back runs are looked for that were missed, for instance
         * while the backend was down; default 30.
         */
        lookBackDays?: number;
      };
    };
    events?: {
      /** The prefix of the types of published events; default `dev.fourkeys`. */
      typePrefix?: string;
    };
  };
}
