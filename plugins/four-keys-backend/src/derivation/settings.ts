/** What derivation is told by the configuration. @public */
export interface DerivationSettings {
  /** Globs (`*`, `?`, any case) and the tier that they stand for; the first match wins. */
  readonly environments: ReadonlyArray<readonly [glob: string, tier: string]>;
  /** How long after a deployment an incident is still blamed on it, in milliseconds. */
  readonly failureWindowMs: number;
}

const DEFAULT_TABLE: ReadonlyArray<
  readonly [tier: string, globs: readonly string[]]
> = [
  ['production', ['production*', 'prod', 'prod-*', 'prod_*', 'prd*', 'live*']],
  ['staging', ['staging*', 'stage*', 'stg*', 'preprod*', 'pre-prod*', 'uat*']],
  ['testing', ['test*', 'qa*']],
  ['development', ['dev*', 'local*']],
];

/** The tiers of environments where `fourKeys.environments` is not set. @public */
export const DEFAULT_ENVIRONMENTS: DerivationSettings['environments'] =
  DEFAULT_TABLE.flatMap(([tier, globs]) =>
    globs.map(glob => [glob, tier] as const),
  );

/** The tier of incidents and questions that name no environment. */
export const DEFAULT_TIER = 'production';

function matcherOf(glob: string): RegExp {
  const pattern = glob
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${pattern}$`, 'su');
}

/** Either a whole tier or one environment; the tier of an unmapped one is null. */
export type Place =
  | { readonly tier: string; readonly environment: null }
  | { readonly tier: string | null; readonly environment: string };

/** The settings, ready to be asked. */
export class Tiers {
  readonly #rules: ReadonlyArray<readonly [RegExp, string]>;
  readonly #names: ReadonlySet<string>;
  readonly #cache = new Map<string, string | null>();

  constructor(environments: DerivationSettings['environments']) {
    this.#rules = environments.map(
      ([glob, tier]) => [matcherOf(glob), tier.toLowerCase()] as const,
    );
    this.#names = new Set(environments.map(([, tier]) => tier.toLowerCase()));
  }

  /** The tier of an environment; null: unmapped. */
  tierOf(environment: string): string | null {
    const name = environment.toLowerCase();
    const known = this.#cache.get(name);
    if (known !== undefined) {
      return known;
    }
    const tier = this.#rules.find(([glob]) => glob.test(name))?.[1] ?? null;
    this.#cache.set(name, tier);
    return tier;
  }

  /** What a name that may be a tier's or an environment's stands for. */
  placeOf(name: string | undefined): Place {
    if (name === undefined) {
      return { tier: DEFAULT_TIER, environment: null };
    }
    const lower = name.toLowerCase();
    return this.#names.has(lower)
      ? { tier: lower, environment: null }
      : { tier: this.tierOf(lower), environment: lower };
  }
}

const tiersOf = new WeakMap<DerivationSettings['environments'], Tiers>();

/** The compiled form of the settings' globs, made once for each table. */
export function compileTiers(
  settings: Pick<DerivationSettings, 'environments'>,
): Tiers {
  let tiers = tiersOf.get(settings.environments);
  if (!tiers) {
    tiers = new Tiers(settings.environments);
    tiersOf.set(settings.environments, tiers);
  }
  return tiers;
}

/** The tier of an environment's name; null: unmapped. @public */
export function tierOf(
  settings: Pick<DerivationSettings, 'environments'>,
  environment: string,
): string | null {
  return compileTiers(settings).tierOf(environment);
}
