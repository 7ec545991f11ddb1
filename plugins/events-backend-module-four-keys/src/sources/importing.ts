import type {
  ImportPage,
  ImportRequest,
  MappedEvents,
  SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';

/** A page of one part of an import. */
export interface PhasePage {
  readonly results: readonly SourceResult[];
  /** Where this part goes on; undefined: it is done. */
  readonly next?: string;
  /** How much of this part is done, 0 to 1. */
  readonly done?: number;
}

/** A part of an import, such as all pull requests. Yields pages from a place on. */
export interface Phase {
  readonly name: string;
  read(from: string | undefined): AsyncIterable<PhasePage>;
}

const mapped = (results: readonly SourceResult[]): MappedEvents => ({
  events: results.flatMap(one => ('events' in one ? one.events : [])),
  lookups: results.flatMap(one => ('events' in one ? one.lookups ?? [] : [])),
});

/** Runs the parts of an import one after the other, from where an earlier run stopped. */
export async function* inPhases(
  phases: readonly Phase[],
  { cursor }: ImportRequest,
): AsyncGenerator<ImportPage> {
  const [, name, place] = /^([^:]+):(.*)$/s.exec(cursor ?? '') ?? [];
  const first = Math.max(
    0,
    phases.findIndex(phase => phase.name === name),
  );
  for (let at = first; at < phases.length; at += 1) {
    const phase = phases[at];
    const from =
      at === first && phase.name === name && place ? place : undefined;
    for await (const { results, next, done = 0.5 } of phase.read(from)) {
      const over = next === undefined;
      yield {
        ...mapped(results),
        cursor: over
          ? `${phases[at + 1]?.name ?? 'done'}:`
          : `${phase.name}:${next}`,
        done: (at + (over ? 1 : done)) / phases.length,
      };
    }
  }
}

const DAY = 86_400_000;
const WINDOW_MS = 30 * DAY;
const SMALLEST_WINDOW_MS = 60_000;

/** A part of the time that is asked for, in milliseconds since the epoch. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads a time in windows, the oldest first, and halves one that a search
 * finds too much in.
 *
 * @param read - resolves to undefined when the window holds too much
 */
export async function* inWindows(
  { since, until }: ImportRequest,
  place: string | undefined,
  read: (
    window: Window,
    after: string | undefined,
  ) => Promise<{ results: SourceResult[]; after?: string } | undefined>,
): AsyncGenerator<PhasePage> {
  let [from, to, after] = place
    ? (JSON.parse(place) as [number, number, string?])
    : [since, Math.min(since + WINDOW_MS, until)];
  while (from < until) {
    const page = await read({ from, to }, after);
    if (!page && to - from > SMALLEST_WINDOW_MS) {
      to = from + Math.floor((to - from) / 2);
    } else {
      if (page?.after) {
        after = page.after;
      } else {
        from = to;
        to = Math.min(to + WINDOW_MS, until);
        after = undefined;
      }
      yield {
        results: page?.results ?? [],
        next: from < until ? JSON.stringify([from, to, after]) : undefined,
        done: (from - since) / (until - since),
      };
    }
  }
}

/** Whether a time is within what was asked for. */
export function isWithin(
  { since, until }: ImportRequest,
  time: string | null | undefined,
): boolean {
  const at = time ? Date.parse(time) : NaN;
  return at >= since && at < until;
}

/** Of a result, the events that happened within what was asked for. */
export function within(
  request: ImportRequest,
  result: SourceResult,
): SourceResult {
  return 'events' in result
    ? {
        ...result,
        events: result.events.filter(({ time }) => isWithin(request, time)),
      }
    : result;
}
