/**
 * Globs of environment names and the tier that each stands for; the first
 * match wins.
 *
 * @public
 */
export type EnvironmentTable = ReadonlyArray<
  readonly [glob: string, tier: string]
>;

/**
 * The table of `fourKeys.environments` when nothing is configured.
 *
 * @public
 */
export const DEFAULT_ENVIRONMENTS: EnvironmentTable = [
  ['production*', 'production'],
  ['prod', 'production'],
  ['prod-*', 'production'],
  ['prod_*', 'production'],
  ['prd*', 'production'],
  ['live*', 'production'],
  ['staging*', 'staging'],
  ['stage*', 'staging'],
  ['stg*', 'staging'],
  ['preprod*', 'staging'],
  ['pre-prod*', 'staging'],
  ['uat*', 'staging'],
  ['test*', 'testing'],
  ['qa*', 'testing'],
  ['dev*', 'development'],
  ['local*', 'development'],
];

/** What a question and an incident mean when they name no environment. @public */
export const DEFAULT_ENVIRONMENT = 'production';

/** Where a question looks, or an incident happened: a whole tier, or one environment. @public */
export type Place =
  | { readonly tier: string; readonly environment?: undefined }
  | { readonly tier?: undefined; readonly environment: string };

function matches(glob: string, name: string): boolean {
  const pattern = glob
    .toLowerCase()
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${pattern}$`, 'su').test(name);
}

/**
 * "Environment tier: globs (`*`, `?`, case-insensitive) to tiers, first match
 * wins. [...] Anything else is unmapped: no tier".
 *
 * @public
 */
export class Environments {
  readonly #table: EnvironmentTable;
  readonly #tiers: ReadonlySet<string>;
  readonly #known = new Map<string, string | null>();

  constructor(table: EnvironmentTable) {
    this.#table = table;
    this.#tiers = new Set(table.map(([, tier]) => tier.toLowerCase()));
  }

  /** The tier of an environment; null: unmapped. */
  tierOf(environment: string): string | null {
    let tier = this.#known.get(environment);
    if (tier === undefined) {
      const row = this.#table.find(([glob]) => matches(glob, environment));
      tier = row ? row[1].toLowerCase() : null;
      this.#known.set(environment, tier);
    }
    return tier;
  }

  /**
   * "A question's `environment` is a tier if a tier has that name, else one
   * environment name; default the tier `production`."
   */
  placeOf(name: string = DEFAULT_ENVIRONMENT): Place {
    const lower = name.toLowerCase();
    return this.#tiers.has(lower) ? { tier: lower } : { environment: lower };
  }

  /** Whether an environment lies in a place. */
  isIn(place: Place, environment: string): boolean {
    return place.tier !== undefined
      ? this.tierOf(environment) === place.tier
      : environment === place.environment;
  }
}
