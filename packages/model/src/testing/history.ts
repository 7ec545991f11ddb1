import { parseInstant } from '@four-keys/backstage-plugin-four-keys-common';
import fc from 'fast-check';
import type { ComputeInput } from '../input';
import { eventDataArbitrary, type EventDraft } from './events';
import { instantArbitrary, LAST_GRID_INSTANT } from './grid';
import { ENVIRONMENTS, SERVICES, TEAMS, TEMPLATES, VERSIONS } from './pools';
import { sceneArbitrary } from './scenes';

/** A history with its questions, as JSON. @public */
export type GeneratedInput = ComputeInput & {
  events: Array<Record<string, unknown>>;
};

/** @public */
export interface HistoryArbitraryOptions {
  /** The most events of a history, without duplicates. Default 40. */
  readonly maxEvents?: number;
  /**
   * Whether different events may share one `(source, id)`. Then the order of
   * the events matters, which is why it is off by default.
   */
  readonly conflicts?: boolean;
}

const SOURCES = ['ci', 'github', 'ﬁeld', '😀'];

/** Identities differ unless conflicts are wanted; their order is not that of time. */
const identify = (draft: EventDraft, index: number, shared: boolean) => ({
  specversion: '1.0',
  id: shared ? `e${index % 7}` : `e${(index * 7) % 41}-${index}`,
  source: shared ? 'ci' : draft.source,
  type: `dev.fourkeys.${draft.kind}`,
  time: draft.time,
  data: draft.data,
});

const draftArbitrary = fc
  .record({
    source: fc.constantFrom(...SOURCES),
    time: instantArbitrary,
    event: eventDataArbitrary,
  })
  .map(({ source, time, event }): EventDraft => ({ source, time, ...event }));

const eventsArbitrary = ({
  maxEvents = 40,
  conflicts = false,
}: HistoryArbitraryOptions) =>
  fc
    .array(
      fc.record({
        drafts: fc.oneof(
          { weight: 9, arbitrary: draftArbitrary.map(draft => [draft]) },
          { weight: 1, arbitrary: sceneArbitrary },
        ),
        shared: conflicts ? fc.boolean() : fc.constant(false),
        copies: fc.constantFrom(1, 1, 1, 1, 2, 3),
      }),
      { maxLength: maxEvents, size: 'max' },
    )
    .map(groups =>
      groups
        .flatMap(({ drafts, shared, copies }) =>
          drafts.map(draft => ({ draft, shared, copies })),
        )
        .slice(0, maxEvents)
        .flatMap(({ draft, shared, copies }, index) =>
          Array<Record<string, unknown>>(copies).fill(
            identify(draft, index, shared),
          ),
        ),
    );

const holdings = <Name extends string>(name: Name, pool: readonly string[]) =>
  fc
    .uniqueArray(
      fc.record({
        from: fc.constantFrom(
          '1970-01-01T00:00:00Z',
          '2026-03-27T12:00:00Z',
          '2026-03-28T00:00:00Z',
          '2026-03-29T01:00:00Z',
          '2026-03-30T00:00:00Z',
        ),
        holder: fc.constantFrom(...pool),
      }),
      { maxLength: 3, selector: entry => entry.from },
    )
    .map(entries =>
      entries.map(({ from, holder }) => ({ from, [name]: holder })),
    );

const catalogArbitrary = fc.uniqueArray(
  fc.record({
    service: fc.constantFrom('api', 'api', ...SERVICES, 'only-in-the-catalog'),
    incidentSource: fc.boolean(),
    owners: holdings('owner', TEAMS),
    systems: holdings('system', ['system:default/x', 'system:default/y']),
    domains: holdings('domain', ['domain:default/d']),
  }),
  { maxLength: 3, selector: entry => entry.service },
);

const scopeArbitrary: fc.Arbitrary<Record<string, string>> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      service: fc.constantFrom('api', 'api', ...SERVICES),
    }),
  },
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.record({ team: fc.constantFrom(...TEAMS) }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { system: 'system:default/x' },
      { domain: 'domain:default/d' },
      { service: 'nobody-knows' },
      { service: 'only-in-the-catalog' },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        template: fc.constantFrom(...TEMPLATES),
        templateVersion: fc.constantFrom(...VERSIONS.map(String)),
      },
      { requiredKeys: ['template'] },
    ),
  },
);

const TIME_ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'America/St_Johns',
  'America/Santiago',
  'Asia/Beirut',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
];

const windowArbitrary = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      { from: '2026-03-01T00:00:00Z', to: '2026-05-01T00:00:00Z' },
      { from: '2026-03-28T00:00:00Z', to: '2026-03-31T00:00:00Z' },
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(instantArbitrary, instantArbitrary)
      .map(([a, b]) =>
        (parseInstant(a) ?? 0) <= (parseInstant(b) ?? 0)
          ? { from: a, to: b }
          : { from: b, to: a },
      ),
  },
);

const queryArbitrary = fc
  .tuple(
    scopeArbitrary,
    windowArbitrary,
    fc.record(
      {
        environment: fc.constantFrom(
          ...Array<string>(8).fill('production'),
          'staging',
          'nowhere',
          ...ENVIRONMENTS,
        ),
        timezone: fc.constantFrom(...TIME_ZONES),
        bucket: fc.constantFrom(
          'day' as const,
          'week' as const,
          'month' as const,
        ),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([scope, window, rest]) => ({ ...scope, ...window, ...rest }));

const configArbitrary = fc.record({
  environments: fc.constantFrom(null, null, null, [
    ['prod-?u', 'Production'],
    ['*', 'staging'],
  ] as Array<[string, string]>),
  failureWindowSeconds: fc.constantFrom(86_400, 86_400, 3_600, 0),
  incidentSource: fc.constantFrom(null, null, 'all' as const),
  bandYear: fc.constantFrom(
    2019 as const,
    2021 as const,
    2022 as const,
    2023 as const,
    2024 as const,
  ),
});

/**
 * Adversarial histories with questions, as input of `compute`: few services,
 * shas, pull requests, environments and ids, and a coarse grid of time, so
 * that everything collides with everything.
 *
 * @public
 */
export function historyArbitrary(
  options: HistoryArbitraryOptions = {},
): fc.Arbitrary<GeneratedInput> {
  return fc.record({
    now: fc.oneof(
      { weight: 5, arbitrary: fc.constant(LAST_GRID_INSTANT) },
      { weight: 1, arbitrary: instantArbitrary },
    ),
    config: configArbitrary,
    catalog: catalogArbitrary,
    events: eventsArbitrary(options),
    queries: fc.array(queryArbitrary, { minLength: 1, maxLength: 4 }),
  });
}
