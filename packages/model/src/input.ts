import {
  parseInstant,
  SERIES_BUCKETS,
  validateEvent,
  type ContractEvent,
  type SeriesBucket,
} from '@four-keys/backstage-plugin-four-keys-common';
import { z } from 'zod/v4';
import {
  DEFAULT_ENVIRONMENT,
  DEFAULT_ENVIRONMENTS,
  type EnvironmentTable,
} from './facts/environments';
import { BAND_YEARS, type BandYear } from './metrics/bands';
import type { CatalogService, Holding, Scope } from './scope';
import { isTimeZone } from './time/localCalendar';

/** What is wrong with an input, and where. @public */
export interface ComputeInputProblem {
  /** The way through the input, such as `queries.0.timezone`. */
  readonly path: string;
  /** What is wrong there and what to write instead. */
  readonly message: string;
}

/** The input is not as `compute-io` says. @public */
export class ComputeInputError extends Error {
  readonly problems: readonly ComputeInputProblem[];

  constructor(problems: readonly ComputeInputProblem[]) {
    super(
      problems
        .map(({ path, message }) => (path ? `${path}: ${message}` : message))
        .join('\n'),
    );
    this.name = 'ComputeInputError';
    this.problems = problems;
  }
}

const show = (value: unknown) => JSON.stringify(value) ?? 'nothing';

/** An error message that begins with what was found. */
const expected = (problem: string) => ({
  error: (issue: { input?: unknown }) =>
    issue.input === undefined
      ? `is missing; ${problem}`
      : `${show(issue.input)} ${problem}`,
});

const instant = z
  .string(expected('must be an RFC 3339 date-time'))
  .transform((text, ctx) => {
    const parsed = parseInstant(text);
    if (parsed === undefined) {
      ctx.addIssue({
        code: 'custom',
        message: `${show(
          text,
        )} is not an RFC 3339 date-time with a zone, such as 2026-06-10T12:34:56Z`,
      });
      return z.NEVER;
    }
    return parsed;
  });

const name = z
  .string(expected('must be a text'))
  .min(1, 'must not be empty; leave the field out instead');

const environments = z.array(
  z.tuple([name, name], expected('must be [glob, tier]')),
  expected('must be a list of [glob, tier], or null for the default table'),
);

const config = z.strictObject(
  {
    environments: environments.nullish(),
    failureWindowSeconds: z
      .number(expected('must be a number of seconds'))
      .nonnegative('must not be negative')
      .nullish(),
    incidentSource: z
      .literal('all', expected('must be null or "all"'))
      .nullish(),
    bandYear: z
      .literal(
        [...BAND_YEARS],
        expected(`is no year with bands; use one of ${BAND_YEARS.join(', ')}`),
      )
      .nullish(),
  },
  {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? `has no ${issue.keys
            .map(show)
            .join(
              ', ',
            )}; it knows environments, failureWindowSeconds, incidentSource and bandYear`
        : 'must be an object, or null for the defaults',
  },
);

const list = 'must be a list';

const holdings = <Name extends 'owner' | 'system' | 'domain'>(key: Name) =>
  z
    .array(
      z.object(
        { from: instant, [key]: name.nullish() },
        expected(`must be {from, ${key}}`),
      ),
      expected(list),
    )
    .nullish()
    .transform((entries): Holding[] =>
      (entries ?? []).map(entry => {
        const holder: unknown = entry[key];
        return {
          from: Number(entry.from),
          holder: typeof holder === 'string' ? holder : null,
        };
      }),
    );

const catalogEntry = z
  .object(
    {
      service: name,
      incidentSource: z.boolean(expected('must be true or false')).nullish(),
      owners: holdings('owner'),
      systems: holdings('system'),
      domains: holdings('domain'),
    },
    expected('must be an object that describes a service'),
  )
  .transform(
    (entry): CatalogService => ({
      service: entry.service,
      incidentSource: entry.incidentSource ?? false,
      team: entry.owners,
      system: entry.systems,
      domain: entry.domains,
    }),
  );

const SCOPES = ['service', 'team', 'system', 'domain', 'template'] as const;

const queryFields = z.strictObject(
  {
    service: name.nullish(),
    team: name.nullish(),
    system: name.nullish(),
    domain: name.nullish(),
    template: name.nullish(),
    templateVersion: name.nullish(),
    environment: name.nullish(),
    from: instant,
    to: instant,
    timezone: z
      .string(expected('must be an IANA name such as Europe/Berlin'))
      .refine(isTimeZone, {
        error: issue =>
          `${show(
            issue.input,
          )} is no time zone; use an IANA name such as Europe/Berlin`,
      })
      .nullish(),
    bucket: z
      .enum(
        SERIES_BUCKETS,
        expected(`is no bucket; use ${SERIES_BUCKETS.join(', ')}`),
      )
      .nullish(),
  },
  {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? `has no ${issue.keys.map(show).join(', ')}; it knows ${SCOPES.join(
            ', ',
          )}, templateVersion, environment, from, to, timezone and bucket`
        : 'must be an object',
  },
);

/** One question, read. Instants in milliseconds since the epoch. @public */
export interface ComputeQuery {
  readonly scope: Scope;
  /** A tier or an environment's name. */
  readonly environment: string;
  readonly from: number;
  /** Not cut to now yet. */
  readonly to: number;
  /** An IANA name. */
  readonly timezone: string;
  readonly bucket: SeriesBucket;
}

function scopeOf(fields: z.output<typeof queryFields>): Scope {
  const { service, team, system, domain, template } = fields;
  if (service) {
    return { by: 'service', service };
  }
  if (team) {
    return { by: 'team', holder: team };
  }
  if (system) {
    return { by: 'system', holder: system };
  }
  if (domain) {
    return { by: 'domain', holder: domain };
  }
  return template
    ? { by: 'template', template, version: fields.templateVersion ?? null }
    : { by: 'fleet' };
}

const query = queryFields
  .superRefine((fields, ctx) => {
    const scopes = SCOPES.filter(scope => fields[scope]);
    const complain = (path: string[], message: string) =>
      ctx.addIssue({ code: 'custom', path, message });
    if (scopes.length > 1) {
      complain(
        [],
        `asks for ${scopes.join(
          ' and ',
        )}; a query has one scope at most, so ask one query for each`,
      );
    }
    if (fields.templateVersion && !fields.template) {
      complain(
        ['templateVersion'],
        'needs a template beside it; versions of different templates have nothing in common',
      );
    }
    if (fields.from > fields.to) {
      complain(['from'], 'lies after to; exchange the two');
    }
  })
  .transform(
    (fields): ComputeQuery => ({
      scope: scopeOf(fields),
      environment: fields.environment ?? DEFAULT_ENVIRONMENT,
      from: fields.from,
      to: fields.to,
      timezone: fields.timezone ?? 'UTC',
      bucket: fields.bucket ?? 'day',
    }),
  );

/** Whether a field of the event was named, so that its path can lead there. */
const event = z.unknown().transform((raw, ctx): ContractEvent => {
  const result = validateEvent(raw);
  if (result.ok) {
    return result.event;
  }
  const { field, message } = result.rejection;
  ctx.addIssue({
    code: 'custom',
    path: field?.split('.') ?? [],
    message:
      field && message.startsWith(`${field} `)
        ? message.slice(field.length + 1)
        : message,
  });
  return z.NEVER;
});

/**
 * The input of {@link compute}: one history with its questions.
 *
 * @public
 */
export const computeInputSchema = z
  .object(
    {
      now: instant,
      config: config.nullish(),
      catalog: z.array(catalogEntry, expected(list)).nullish(),
      events: z.array(event, expected(list)),
      queries: z.array(query, expected(list)),
    },
    expected('must be an object with now, config, catalog, events and queries'),
  )
  .superRefine(({ catalog }, ctx) => {
    const seen = new Set<string>();
    for (const [index, { service }] of (catalog ?? []).entries()) {
      if (seen.has(service)) {
        ctx.addIssue({
          code: 'custom',
          path: ['catalog', index, 'service'],
          message: `${show(service)} is listed already; merge the two entries`,
        });
      }
      seen.add(service);
    }
  });

/** The input of {@link compute} as it stands in a file. @public */
export type ComputeInput = z.input<typeof computeInputSchema>;

/** The settings of an input, with defaults filled in. @public */
export interface ComputeSettings {
  /** The moment of the question, milliseconds since the epoch. */
  readonly now: number;
  readonly environments: EnvironmentTable;
  readonly failureWindowMs: number;
  readonly incidentSource: 'all' | null;
  readonly bandYear: BandYear;
}

/** An input that was checked. @public */
export interface ParsedComputeInput {
  readonly settings: ComputeSettings;
  readonly catalog: readonly CatalogService[];
  /** As they came, duplicates included. */
  readonly events: readonly ContractEvent[];
  readonly queries: readonly ComputeQuery[];
}

/** `fourKeys.metrics.failureWindow` when nothing is configured, in milliseconds. @public */
export const DEFAULT_FAILURE_WINDOW_MS = 86_400_000;

/** The report whose bands are shown when nothing is configured. @public */
export const DEFAULT_BAND_YEAR: BandYear = 2024;

/**
 * Checks an input and fills in its defaults.
 *
 * Events are read without a clock: a replay of history rejects nothing as
 * lying in the future.
 *
 * @throws {@link ComputeInputError} that names every problem and its path
 * @public
 */
export function parseComputeInput(input: unknown): ParsedComputeInput {
  const parsed = computeInputSchema.safeParse(input);
  if (!parsed.success) {
    throw new ComputeInputError(
      parsed.error.issues.map(({ path, message }) => ({
        path: path.join('.'),
        message,
      })),
    );
  }
  const { now, config: given, catalog, events, queries } = parsed.data;
  const window = given?.failureWindowSeconds;
  return {
    settings: {
      now,
      environments: given?.environments ?? DEFAULT_ENVIRONMENTS,
      failureWindowMs:
        window === null || window === undefined
          ? DEFAULT_FAILURE_WINDOW_MS
          : window * 1000,
      incidentSource: given?.incidentSource ?? null,
      bandYear: given?.bandYear ?? DEFAULT_BAND_YEAR,
    },
    catalog: catalog ?? [],
    events,
    queries,
  };
}
