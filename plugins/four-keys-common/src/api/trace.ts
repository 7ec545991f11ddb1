import type { Visibility } from './metrics';

/** @public */
export const TRACE_STEP_KINDS = [
  'scaffold',
  'policy',
  'change',
  'build',
  'deployment',
  'incident',
] as const;

/** What a step of a story is. @public */
export type TraceStepKind = (typeof TRACE_STEP_KINDS)[number];

/**
 * How a step came into a story: it carries the correlation id itself, or it
 * shares a commit, a run or a deployment with a step that is in it.
 *
 * @public
 */
export type TraceJoin = 'correlation_id' | 'commit' | 'run' | 'deployment';

/** One thing that happened, however many events told of it. @public */
export interface TraceStep {
  kind: TraceStepKind;
  /** When it began, or else the first that was heard of it; RFC 3339 UTC. */
  at: string;
  /** When it ended; null: it has not, or it is a moment. */
  endedAt: string | null;
  /** Such as `success`, `failure`, `running`, `pass`, `open`, `resolved`; null: it has none. */
  status: string | null;
  /** The service as events name it; null: it is about none. */
  service: string | null;
  /** The catalog entity of the service; null: none. */
  entityRef: string | null;
  /** What happened, a sentence for people. */
  summary: string;
  /** The correlation fields of the event contract that it has. */
  ids: Record<string, string>;
  joinedBy: {
    method: TraceJoin;
    /** The id, commit, run or deployment that it shares. */
    value: string;
    /** Of a deployment that an incident is blamed on: how the two were linked. */
    link: 'corrected' | 'explicit' | 'window' | null;
  };
  /** Where people read more: pages that the events themselves name. */
  links: Array<{ title: string; url: string }>;
}

/** The body of `GET /trace/{correlationId}`. @public */
export interface TraceAnswer {
  correlationId: string;
  /** The template behind the id; null: no event says. */
  template: string | null;
  templateVersion: string | null;
  /** The services that the story is about, as events name them. */
  serviceIds: string[];
  /** How many services of the story the caller may see, of all. */
  services: Visibility;
  /** In the order in which they began. */
  steps: TraceStep[];
  nextCursor: string | null;
  /** The story is longer than is read at once: its latest part is missing. */
  truncated: boolean;
  basis: {
    /** Stories are told from facts, which are kept for good. */
    from: 'facts';
    /** The raw events that were received before are dropped; null: there are none. RFC 3339 UTC. */
    rawEventsSince: string | null;
    /** The same in a sentence. */
    explanation: string;
  };
}
