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
    /** The policies of `four-keys:check`. */
    policies?: {
      /**
       * The bundle that is evaluated in process, a file that `opa build -t wasm
       * -e four_keys/report` wrote; default: the policies that come along.
       */
      bundle?: string;
      /** An OPA server to ask instead. */
      opa?: {
        url: string;
        /** Sent as a bearer token. @visibility secret */
        token?: string;
        /** The document with the report; default `four_keys/report`. */
        document?: string;
      };
      /** Where templates deploy to, unless the step says; default `production`. */
      environment?: string;
      /**
       * What a finding leads to: `warn` in the log, `enforce` fails the step,
       * `off` does not look. One of them, or one by environment with `default`
       * for the others; default `{ default: warn, staging: enforce, production:
       * enforce }`.
       */
      mode?: 'off' | 'warn' | 'enforce' | { [environment: string]: string };
      /** Exceptions, by the id of the policy. */
      rules?: {
        [policy: string]: {
          /** Holds whatever the compliance level is. */
          mode?: 'off' | 'warn' | 'enforce' | { [environment: string]: string };
          /** The compliance level from which it may be more than a warning. */
          mandatoryFrom?: string;
        };
      };
    };
    events?: {
      /** The prefix of the types of published events; default `dev.fourkeys`. */
      typePrefix?: string;
    };
  };
}
