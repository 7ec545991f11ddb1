import {
  formatInstant,
  TRACE_STEP_KINDS,
  type TraceStep,
} from '@four-keys/backstage-plugin-four-keys-common';

export type Fields = Readonly<Record<string, unknown>>;

/** A step with what sorts it. */
export interface SortedStep {
  readonly step: TraceStep;
  /** The second in which it began, in milliseconds since the epoch. */
  readonly at: number;
  /** Puts in order what began in the same second. */
  readonly key: string;
}

export const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** Only the ids that are there. */
export function idsOf(fields: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const id = text(value);
      return id === null ? [] : [[name, id]];
    }),
  );
}

const instant = (at: number | null | undefined) =>
  at === null || at === undefined ? null : formatInstant(at);

const isPage = (url: string | null): url is string =>
  url !== null && /^https?:\/\//.test(url);

export const pages = (title: string, url: string | null) =>
  isPage(url) ? [{ title, url }] : [];

/** A sha as people write it. */
export const short = (sha: string) => (sha.length > 12 ? sha.slice(0, 8) : sha);

/** A step as it is put together. Instants in milliseconds. */
export interface Made extends Omit<TraceStep, 'at' | 'endedAt' | 'entityRef'> {
  readonly begin: number;
  readonly end: number | null;
  readonly key: string;
}

export function toSorted({ begin, end, key, ...step }: Made): SortedStep {
  return {
    // Git knows whole seconds: of what began in one, a run of a template comes
    // before its commit, and the commit before what was made of it.
    at: begin - (begin % 1000),
    key: `${TRACE_STEP_KINDS.indexOf(step.kind)} ${begin} ${key}`,
    step: {
      kind: step.kind,
      at: formatInstant(begin),
      endedAt: instant(end),
      status: step.status,
      service: step.service,
      entityRef: null,
      summary: step.summary,
      ids: step.ids,
      joinedBy: step.joinedBy,
      links: step.links,
    },
  };
}
