export interface Config {
  fourKeys?: {
    /** The annotations of the catalog under `four-keys.dev/`. */
    catalog?: {
      /**
       * What happens to an entity whose annotations are not right. `warn` (the
       * default) adds warnings to its status, `enforce` refuses the new
       * version, `off` checks nothing. Either one of them, or one by lifecycle
       * with `default` for the lifecycles that are not named, such as
       * `{ default: warn, production: enforce }`.
       */
      mode?: 'off' | 'warn' | 'enforce' | { [lifecycle: string]: string };
      /** The version of the schema that entities have which claim none; default: v1. */
      schemaVersion?: 'v1';
      /** The page that violations link to, with the annotation's name behind `#`. */
      docsUrl?: string;
      /** The names that `runtime` may have before the `@`; default: any. */
      runtimes?: string[];
      /** The values of `deploy-type`. */
      deployTypes?: string[];
      /** The values of `compliance-level`, from the least to the most demanding. */
      complianceLevels?: string[];
      /** Which entities must have which annotations; replaces the default rules. */
      rules?: Array<{
        /** What is not given matches everything; a Template is matched by its kind only. */
        match?: {
          kind?: string[];
          type?: string[];
          lifecycle?: string[];
          tags?: string[];
          level?: string[];
        };
        /** Annotation names, with or without `four-keys.dev/`. */
        require: string[];
        /** What a missing one leads to; default: as `mode` above. */
        mode?: 'off' | 'warn' | 'enforce' | { [lifecycle: string]: string };
      }>;
    };
  };
}
