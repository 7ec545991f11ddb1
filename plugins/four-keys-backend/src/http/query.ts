import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import {
  formatInstant,
  parseInstant,
  SERIES_BUCKETS,
  type MetricsScope,
  type SeriesBucket,
} from '@four-keys/backstage-plugin-four-keys-common';
import { invalidParameter } from './problems';

const DAY_MS = 24 * 60 * 60 * 1000;
const DEFAULT_WINDOW_MS = 30 * DAY_MS;
const MAX_WINDOW_MS = 3 * 366 * DAY_MS;

/** The tier that a question is about when it names none. */
const DEFAULT_ENVIRONMENT = 'production';

/** What holds services at a time. */
const HOLDERS = ['team', 'system', 'domain', 'template'] as const;

/** The query string of a request, checked against the OpenAPI description. */
export type Query = Readonly<Record<string, unknown>>;

/** A parameter of text; undefined: not given. */
export const readText = (query: Query, name: string): string | undefined => {
  const value = query[name];
  if (value === undefined) {
    return undefined;
  }
  if (typeof value !== 'string' || value.trim() === '') {
    throw invalidParameter(name, 'is given without a value; leave it out');
  }
  if (value.includes('\0')) {
    throw invalidParameter(name, 'contains a NUL character; remove it');
  }
  return value.trim();
};

function toRef(value: string, name: string, defaultKind: string): string {
  try {
    return stringifyEntityRef(parseEntityRef(value, { defaultKind }));
  } catch {
    throw invalidParameter(
      name,
      `is ${JSON.stringify(
        value,
      )}, which is no entity ref; write ${defaultKind}:default/name, or the name alone`,
    );
  }
}

/** An entity ref, made whole. */
export function readRef(query: Query, name: string, defaultKind: string) {
  const value = readText(query, name);
  return value === undefined ? undefined : toRef(value, name, defaultKind);
}

/** Refs with commas between, which no ref contains; each once and in order. */
function readRefs(query: Query, name: string, defaultKind: string) {
  const value = readText(query, name);
  if (value === undefined) {
    return undefined;
  }
  const refs = value
    .split(',')
    .map(ref => toRef(ref.trim(), name, defaultKind));
  return [...new Set(refs)].sort().join(',');
}

/** Every environment: what a table by environment is about unless it says otherwise. */
export const EVERY_ENVIRONMENT = '*';

/**
 * What a request asks about, before anybody has looked whether it exists.
 *
 * @throws Problem naming the parameter.
 */
export function readScope(
  query: Query,
  defaultEnvironment: string = DEFAULT_ENVIRONMENT,
): MetricsScope {
  const given = HOLDERS.filter(name => query[name] !== undefined);
  if (given.length > 1) {
    throw invalidParameter(
      given[1],
      `cannot be combined with ${given[0]}; ask about one of ${HOLDERS.join(
        ', ',
      )}, and a service of it if you like`,
    );
  }
  const scope: MetricsScope = {
    service: readText(query, 'service'),
    team: readRefs(query, 'team', 'group'),
    system: readRef(query, 'system', 'system'),
    domain: readRef(query, 'domain', 'domain'),
    template: readText(query, 'template'),
    templateVersion: readText(query, 'templateVersion'),
    environment: (
      readText(query, 'environment') ?? defaultEnvironment
    ).toLowerCase(),
  };
  if (scope.templateVersion !== undefined && scope.template === undefined) {
    throw invalidParameter(
      'templateVersion',
      'says nothing without a template; add the parameter template',
    );
  }
  if (
    scope.environment === EVERY_ENVIRONMENT &&
    defaultEnvironment !== EVERY_ENVIRONMENT
  ) {
    throw invalidParameter(
      'environment',
      'is *, which only GET /metrics/by/environment knows; name a tier or an environment',
    );
  }
  for (const name of ['service', ...HOLDERS, 'templateVersion'] as const) {
    if (scope[name] === undefined) {
      delete scope[name];
    }
  }
  return scope;
}

function readInstant(query: Query, name: string): number | undefined {
  const value = readText(query, name);
  if (value === undefined) {
    return undefined;
  }
  const instant = parseInstant(value);
  if (instant === undefined) {
    throw invalidParameter(
      name,
      `is ${JSON.stringify(
        value,
      )}, which is no RFC 3339 date-time with a zone, such as 2026-06-01T00:00:00Z${
        value.includes(' ') ? '; write + as %2B in a URL' : ''
      }`,
    );
  }
  return instant;
}

/** The window of a question in milliseconds since the epoch, `to` not included. */
export function readWindow(
  query: Query,
  now: number,
): { from: number; to: number } {
  const to = readInstant(query, 'to') ?? now;
  const from = readInstant(query, 'from') ?? to - DEFAULT_WINDOW_MS;
  if (from >= to) {
    throw invalidParameter(
      query.from === undefined ? 'to' : 'from',
      `leaves an empty window: from is ${formatInstant(
        from,
      )} and to is ${formatInstant(to)}; from must be earlier`,
    );
  }
  if (to - from > MAX_WINDOW_MS) {
    throw invalidParameter(
      'from',
      'lies more than 3 years before to; ask for a shorter window',
    );
  }
  if (from >= now) {
    throw invalidParameter(
      'from',
      `is ${formatInstant(from)}, which has not come yet`,
    );
  }
  return { from, to };
}

/** The zone in which buckets follow local days. */
export function readTimezone(query: Query): string {
  const zone = readText(query, 'timezone');
  if (zone === undefined) {
    return 'UTC';
  }
  try {
    // Offsets such as +02:00 are no zones: they know nothing of summer time,
    // and PostgreSQL reads their sign the other way round.
    if (!/^[A-Za-z]/.test(zone)) {
      throw new RangeError();
    }
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions()
      .timeZone;
  } catch {
    throw invalidParameter(
      'timezone',
      `is ${JSON.stringify(
        zone,
      )}, which is no time zone; write an IANA name such as Europe/Berlin`,
    );
  }
}

export function readBucket(query: Query): SeriesBucket {
  const bucket = readText(query, 'bucket') ?? 'week';
  const found = SERIES_BUCKETS.find(known => known === bucket);
  if (!found) {
    throw invalidParameter(
      'bucket',
      `is ${JSON.stringify(bucket)}; use one of ${SERIES_BUCKETS.join(', ')}`,
    );
  }
  return found;
}

/** A whole number within bounds. */
export function readNumber(
  query: Query,
  name: string,
  options: { readonly fallback: number; readonly min: number; max: number },
): number {
  const value = readText(query, name);
  if (value === undefined) {
    return options.fallback;
  }
  const number = Number(value);
  if (
    !Number.isInteger(number) ||
    number < options.min ||
    number > options.max
  ) {
    throw invalidParameter(
      name,
      `must be a whole number from ${options.min} to ${options.max}`,
    );
  }
  return number;
}

/** One of a list of words. */
export function readChoice<T extends string>(
  query: Query,
  name: string,
  choices: readonly T[],
  fallback: T,
): T {
  const value = readText(query, name) ?? fallback;
  const found = choices.find(choice => choice === value);
  if (found === undefined) {
    throw invalidParameter(
      name,
      `is ${JSON.stringify(value)}; use one of ${choices.join(', ')}`,
    );
  }
  return found;
}

export function readPage(query: Query): { limit: number; cursor?: string } {
  const cursor = readText(query, 'cursor');
  return {
    limit: readNumber(query, 'limit', { fallback: 100, min: 1, max: 500 }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}
