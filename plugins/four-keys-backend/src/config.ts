import { readDurationFromConfig, type Config } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import {
  DEFAULT_TYPE_PREFIX,
  readAnnotationRules,
  type AnnotationRules,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { DEFAULT_ENVIRONMENTS } from './derivation';

const BAND_YEARS = [2019, 2021, 2022, 2023, 2024] as const;

/** The year of a DORA report whose bands we know. */
export type BandYear = (typeof BAND_YEARS)[number];

/** `fourKeys` of the configuration, read and checked. Durations in milliseconds. */
export interface FourKeysConfig {
  /** Globs and their tiers in the order in which they are tried. */
  readonly environments: ReadonlyArray<readonly [glob: string, tier: string]>;
  readonly failureWindowMs: number;
  readonly incidentSource: 'all' | null;
  readonly bandYear: BandYear;
  readonly jiraIncidents: boolean;
  readonly rawEventsDays: number;
  readonly typePrefix: string;
  readonly collector: {
    readonly enabled: boolean;
    readonly maxRecords: number;
    readonly maxWaitMs: number;
    readonly stuckAfterMs: number;
  };
  readonly catalogRefreshMs: number;
  /** After so long without a deployment an environment is silent. */
  readonly silentAfterMs: number;
  /** As the catalog module reads them. */
  readonly annotationRules: AnnotationRules;
  /** Undefined: one that is kept in the database. */
  readonly initiatorKey: string | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A key of the configuration that cannot be used. */
export class ConfigProblem extends Error {
  readonly name = 'ConfigError';
  /** Below `fourKeys`. */
  readonly key: string;
  /** What is wrong with its value, and the way out. */
  readonly problem: string;

  constructor(key: string, problem: string, remedy: string) {
    super(`Configuration key fourKeys.${key} ${problem}; ${remedy}`);
    this.key = key;
    this.problem = `${problem}; ${remedy}`;
  }
}

function readChoice<T extends string | number>(
  config: Config | undefined,
  key: string,
  choices: readonly T[],
  fallback: T,
): T {
  const value = config?.getOptional(key);
  if (value === undefined) {
    return fallback;
  }
  const found = choices.find(choice => String(choice) === String(value));
  if (found === undefined) {
    throw new ConfigProblem(
      key,
      `is ${JSON.stringify(value)}`,
      `set it to one of ${choices.join(', ')}`,
    );
  }
  return found;
}

function readDuration(
  config: Config | undefined,
  key: string,
  fallbackMs: number,
  bounds: { readonly min: number; readonly max: number },
): number {
  if (!config?.has(key)) {
    return fallbackMs;
  }
  const remedy = `write a duration such as '24h', 'P1D' or { hours: 24 }`;
  let ms: number;
  try {
    ms = durationToMilliseconds(readDurationFromConfig(config, { key }));
  } catch {
    throw new ConfigProblem(
      key,
      `is ${JSON.stringify(config.getOptional(key))}, which is no duration`,
      remedy,
    );
  }
  if (!(ms >= bounds.min && ms <= bounds.max)) {
    throw new ConfigProblem(
      key,
      `is ${ms} ms, outside of ${bounds.min} to ${bounds.max} ms`,
      remedy,
    );
  }
  return ms;
}

function readInteger(
  config: Config | undefined,
  key: string,
  fallback: number,
  bounds: { readonly min: number; readonly max: number },
): number {
  const value = config?.getOptional(key);
  if (value === undefined) {
    return fallback;
  }
  const number = Number(value);
  if (!Number.isInteger(number) || number < bounds.min || number > bounds.max) {
    throw new ConfigProblem(
      key,
      `is ${JSON.stringify(value)}`,
      `set it to a whole number from ${bounds.min} to ${bounds.max}`,
    );
  }
  return number;
}

function readBoolean(
  config: Config | undefined,
  key: string,
  fallback: boolean,
): boolean {
  return (
    readChoice(config, key, ['true', 'false'], String(fallback)) === 'true'
  );
}

function readEnvironments(
  config: Config | undefined,
): FourKeysConfig['environments'] {
  const value = config?.getOptional('environments');
  if (value === undefined) {
    return DEFAULT_ENVIRONMENTS;
  }
  const remedy =
    "write a list of entries such as { tier: production, match: ['prod*', 'live'] }";
  if (!Array.isArray(value)) {
    throw new ConfigProblem(
      'environments',
      'is no list, and only a list has an order, which decides between two globs that match',
      remedy,
    );
  }
  return value.flatMap((entry, index) => {
    const { tier, match } = (entry ?? {}) as Record<string, unknown>;
    if (typeof tier !== 'string' || tier.trim() === '') {
      throw new ConfigProblem(
        `environments[${index}].tier`,
        'is no name',
        remedy,
      );
    }
    const globs = Array.isArray(match) ? match : [match];
    if (
      globs.length === 0 ||
      !globs.every(glob => typeof glob === 'string' && glob !== '')
    ) {
      throw new ConfigProblem(
        `environments[${index}].match`,
        'is no glob and no list of globs',
        remedy,
      );
    }
    return globs.map(
      glob => [String(glob).toLowerCase(), tier.trim().toLowerCase()] as const,
    );
  });
}

function readTypePrefix(config: Config | undefined): string {
  const prefix =
    config?.getOptional('events.typePrefix') ?? DEFAULT_TYPE_PREFIX;
  if (
    typeof prefix !== 'string' ||
    !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(prefix)
  ) {
    throw new ConfigProblem(
      'events.typePrefix',
      `is ${JSON.stringify(prefix)}, which is no reverse-DNS name`,
      'write one such as com.example',
    );
  }
  return prefix;
}

function readInitiatorKey(config: Config | undefined): string | undefined {
  const key = config?.getOptional('privacy.initiatorKey');
  if (key === undefined) {
    return undefined;
  }
  if (typeof key !== 'string' || key.length < 16) {
    throw new ConfigProblem(
      'privacy.initiatorKey',
      'is shorter than 16 characters, and short keys can be guessed',
      'write a random text of at least 16 characters, or leave it out to have one made',
    );
  }
  return key;
}

/**
 * Reads `fourKeys` of the configuration.
 *
 * @throws ConfigError naming the key, the problem and the remedy.
 */
export function readFourKeysConfig(root: Config): FourKeysConfig {
  const config = root.getOptionalConfig('fourKeys');
  return {
    environments: readEnvironments(config),
    failureWindowMs: readDuration(config, 'metrics.failureWindow', DAY_MS, {
      min: 1000,
      max: 366 * DAY_MS,
    }),
    incidentSource:
      readChoice(
        config,
        'metrics.incidentSource',
        ['annotated', 'all'],
        'annotated',
      ) === 'all'
        ? 'all'
        : null,
    bandYear: readChoice<BandYear>(
      config,
      'metrics.bandYear',
      BAND_YEARS,
      2024,
    ),
    jiraIncidents: readBoolean(config, 'incidents.jira', false),
    rawEventsDays: Math.ceil(
      readDuration(config, 'retention.rawEvents', 90 * DAY_MS, {
        min: DAY_MS,
        max: 36_500 * DAY_MS,
      }) / DAY_MS,
    ),
    typePrefix: readTypePrefix(config),
    collector: {
      enabled: readBoolean(config, 'collector.enabled', true),
      maxRecords: readInteger(config, 'collector.maxRecords', 1000, {
        min: 1,
        max: 10_000,
      }),
      maxWaitMs: readDuration(config, 'collector.maxWait', 200, {
        min: 0,
        max: 10_000,
      }),
      // An idle loop goes round once a second, and Kafka's look at the broker may take as long.
      stuckAfterMs: readDuration(config, 'collector.stuckAfter', 60_000, {
        min: 5_000,
        max: DAY_MS,
      }),
    },
    catalogRefreshMs: readDuration(
      config,
      'enrichment.catalogRefresh',
      30_000,
      { min: 100, max: DAY_MS },
    ),
    silentAfterMs: readDuration(config, 'readiness.silentAfter', 30 * DAY_MS, {
      min: DAY_MS,
      max: 366 * DAY_MS,
    }),
    annotationRules: readAnnotationRules(config?.getOptional('catalog')),
    initiatorKey: readInitiatorKey(config),
  };
}

/**
 * The plugin's statements are PostgreSQL's own.
 *
 * @throws ConfigError saying which key to set, when the database is another one.
 */
export function assertPostgres(knex: Knex): void {
  const client: string = knex.client.config.client;
  if (client !== 'pg') {
    throw new Error(
      `The four-keys plugin needs PostgreSQL, but its database client is ${JSON.stringify(
        client,
      )}; set backend.database.client to pg, or for this plugin alone backend.database.plugin.four-keys.client, with a connection beside it`,
    );
  }
}
