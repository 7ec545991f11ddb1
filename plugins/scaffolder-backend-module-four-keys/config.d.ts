export interface Config {
  fourKeys?: {
    /**
     * The version of the platform, stamped into what templates generate, so
     * that metrics can be compared between versions of the platform.
     */
    platformVersion?: string;
    events?: {
      /** The prefix of the types of published events; default `dev.fourkeys`. */
      typePrefix?: string;
    };
  };
}
