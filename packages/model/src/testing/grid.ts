import fc from 'fast-check';

const HOUR = 3_600_000;

/** Around the night in which Europe's clocks go forward. */
const START = Date.parse('2026-03-27T20:00:00Z');
const HOURS = 72;

/** After everything on the grid. */
export const LAST_GRID_INSTANT = '2026-04-20T00:00:00Z';

const at = (instant: number) => new Date(instant).toISOString();

/** One instant, spelled in the ways that RFC 3339 allows. */
const spellings = [
  (instant: number) => at(instant),
  (instant: number) => at(instant).replace('.000Z', 'Z'),
  (instant: number) => at(instant).replace('Z', '9999z'),
  (instant: number) => at(instant + 2 * HOUR).replace('Z', '+02:00'),
  (instant: number) => at(instant - 3.5 * HOUR).replace('Z', '-03:30'),
];

const spelled = (instants: fc.Arbitrary<number>) =>
  fc
    .tuple(instants, fc.constantFrom(...spellings))
    .map(([instant, spell]) => spell(instant));

const hours = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 12 }).map(n => n * 6) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: HOURS }) },
  { weight: 1, arbitrary: fc.integer({ min: -24 * 40, max: HOURS + 24 * 10 }) },
);

/** An instant of a coarse grid, so that ties are common. */
export const instantArbitrary: fc.Arbitrary<string> = spelled(
  fc.oneof(
    { weight: 8, arbitrary: hours.map(hour => START + hour * HOUR) },
    { weight: 1, arbitrary: hours.map(hour => START + hour * HOUR + 1) },
    { weight: 1, arbitrary: hours.map(hour => START + hour * HOUR - 1) },
  ),
);

/** An instant before most of the grid. */
export const earlierInstantArbitrary: fc.Arbitrary<string> = spelled(
  fc.integer({ min: 1, max: 20 }).map(n => START - n * 6 * HOUR),
);

/** Instants of the grid, the earliest first, of which some may be the same. */
export const ascendingInstantsArbitrary = (
  count: number,
): fc.Arbitrary<string[]> =>
  fc
    .tuple(
      fc.array(hours, { minLength: count, maxLength: count }),
      fc.constantFrom(...spellings),
    )
    .map(([chosen, spell]) =>
      [...chosen].sort((a, b) => a - b).map(hour => spell(START + hour * HOUR)),
    );
