import { InputError } from '@backstage/errors';
import {
  parseInstant,
  SERIES_BUCKETS,
  validateEvent,
  type ContractEvent,
} from '@four-keys/backstage-plugin-four-keys-common';
import { z } from 'zod/v4';
import { DEFAULT_ENVIRONMENTS } from '../derivation';
import type { MetricsQuestion, MetricsSettings } from '../metrics';

const DAY_SECONDS = 24 * 60 * 60;

const instant = z.string().transform((text, ctx) => {
  const at = parseInstant(text);
  if (at === undefined) {
    ctx.addIssue({
      code: 'custom',
      message: `is ${JSON.stringify(
        text,
      )}; write an RFC 3339 date-time with a zone, such as 2026-03-01T00:00:00Z`,
    });
    return z.NEVER;
  }
  return at;
});

const text = z.string().nullish();

const event = z.unknown().transform((raw, ctx): ContractEvent => {
  // Without a clock: a replay of history rejects nothing as lying ahead.
  const result = validateEvent(raw);
  if (result.ok) {
    return result.event;
  }
  ctx.addIssue({ code: 'custom', message: result.rejection.message });
  return z.NEVER;
});

const holdings = <Name extends string>(name: Name) =>
  z
    .array(z.object({ from: instant, [name]: text }))
    .nullish()
    .transform(entries =>
      (entries ?? []).map(entry => {
        const { from, [name]: holder } = entry as Record<string, unknown>;
        return {
          from: Number(from),
          holder: typeof holder === 'string' && holder !== '' ? holder : null,
        };
      }),
    );

const schema = z.object({
  now: instant,
  config: z
    .object({
      environments: z.array(z.tuple([z.string(), z.string()])).nullish(),
      failureWindowSeconds: z.number().nullish(),
      incidentSource: z.literal('all').nullish(),
      bandYear: z.literal([2019, 2021, 2022, 2023, 2024]).nullish(),
    })
    .nullish(),
  catalog: z
    .array(
      z.object({
        service: z.string(),
        incidentSource: z.boolean().nullish(),
        owners: holdings('owner'),
        systems: holdings('system'),
        domains: holdings('domain'),
      }),
    )
    .nullish(),
  events: z.array(event),
  queries: z.array(
    z.object({
      service: text,
      team: text,
      system: text,
      domain: text,
      template: text,
      templateVersion: text,
      environment: text,
      from: instant,
      to: instant,
      timezone: text,
      bucket: z.enum(SERIES_BUCKETS).nullish(),
    }),
  ),
});

/** When a service was held by whom. */
export interface Holding {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly holder: string | null;
}

/** What the catalog says about a service. */
export interface CatalogEntry {
  readonly service: string;
  readonly incidentSource: boolean;
  readonly holdings: Readonly<
    Record<'owner' | 'system' | 'domain', readonly Holding[]>
  >;
}

/** One history with its questions, read. */
export interface OfflineInput {
  readonly now: number;
  readonly settings: MetricsSettings;
  readonly catalog: readonly CatalogEntry[];
  readonly events: readonly ContractEvent[];
  readonly questions: readonly MetricsQuestion[];
}

/** The fields that say something. */
function given<T extends object>(fields: T) {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== null && value !== undefined && value !== '',
    ),
  ) as { [K in keyof T]?: NonNullable<T[K]> };
}

/**
 * Reads the input of `compute`.
 *
 * @throws InputError that names every field in question
 */
export function readInput(input: unknown): OfflineInput {
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    throw new InputError(
      parsed.error.issues
        .map(issue => `${issue.path.join('.')} ${issue.message}`)
        .join('; '),
    );
  }
  const { now, config, catalog, events, queries } = parsed.data;
  return {
    now,
    settings: {
      environments: config?.environments ?? DEFAULT_ENVIRONMENTS,
      failureWindowMs: (config?.failureWindowSeconds ?? DAY_SECONDS) * 1000,
      incidentSource: config?.incidentSource ?? null,
      bandYear: config?.bandYear ?? 2024,
    },
    catalog: (catalog ?? []).map(entry => ({
      service: entry.service,
      incidentSource: entry.incidentSource ?? false,
      holdings: {
        owner: entry.owners,
        system: entry.systems,
        domain: entry.domains,
      },
    })),
    events,
    questions: queries.map(({ from, to, ...query }) => ({
      ...given(query),
      from,
      to,
    })),
  };
}
