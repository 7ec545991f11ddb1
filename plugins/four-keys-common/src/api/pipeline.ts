import type { Rejection } from '../events';

/** One rejected event of a batch. @public */
export interface RejectedEvent {
  index: number;
  id: string | null;
  code: Rejection['code'];
  message: string;
}

/** The body of `POST /events`. @public */
export interface PublishAnswer {
  accepted: number;
  rejected: RejectedEvent[];
}

/** @public */
export interface SourceHealth {
  source: string;
  lastEventAt: string | null;
  lastReceivedAt: string | null;
  /** Events received in the last hour. */
  lastHour: number;
  total: number;
  rejected: number;
  conflicts: number;
}

/**
 * A partition that stands still because too many of its records cannot be
 * used. Nothing of it is lost: its records wait in the transport.
 *
 * @public
 */
export interface Quarantine {
  partition: number;
  since: string;
  /** What was seen, as a sentence. */
  reason: string;
  /** Of the last records that were looked at, how many could not be used. */
  rejected: number;
  seen: number;
  /** When the collector tries by itself whether the records are good again. */
  nextTrialAt: string;
  /** Records that wait in the partition. */
  waiting: number;
}

/** The body of `GET /pipeline/health`. @public */
export interface PipelineHealth {
  status: 'ok' | 'degraded' | 'down';
  transport: string;
  sources: SourceHealth[];
  /** Events accepted and not yet stored. */
  lag: number;
  deadLetters: number;
  /** Those of them that wait, by reason, the most frequent first. */
  deadLetterReasons: Array<{
    code: string;
    count: number;
    latestAt: string;
    /** What the latest of them says. */
    message: string;
  }>;
  dirtyBacklog: number;
  /** Partitions that stand still, so that a flood of unusable records does no harm. */
  quarantine: Quarantine[];
  /** Milliseconds since the collector's loop last went round; null: never. */
  loopAgeMs: number | null;
  unmappedEnvironments: Array<{ environment: string; deployments: number }>;
  unregisteredServices: string[];
  /** Sentences for the operator about what is wrong and what to do. */
  problems: string[];
}

/** @public */
export interface DeadLetter {
  id: string;
  receivedAt: string;
  stage: string;
  code: string;
  message: string;
  field: string | null;
  eventSource: string | null;
  eventId: string | null;
  eventType: string | null;
  position: string | null;
  /** The bytes as text where they are text. */
  payload: string;
  replayedAt: string | null;
}

/**
 * Which dead letters to send through the pipeline again: those that meet every
 * condition that is given. At least one must be given.
 *
 * @public
 */
export interface DeadLetterSelection {
  ids?: string[];
  /** Received at this time or later. */
  since?: string;
  code?: string;
  source?: string;
  /**
   * None later than this one; the `upTo` of the first answer, so that those
   * which replaying itself makes are not replayed too.
   */
  upTo?: string;
}

/** The body of `POST /dead-letters/replay`. @public */
export interface DeadLetterReplay {
  /** Sent through the pipeline again by this call. */
  replayed: number;
  /** Had been sent again before, and were not now. */
  alreadyReplayed: number;
  /** Have no bytes to send. */
  skipped: string[];
  /** To be given with the next call. */
  upTo: string;
  /** Meet the conditions and wait for the next call; 0: all are done. */
  remaining: number;
}

/** What `POST /pipeline/rebuild` is asked. @public */
export interface RebuildRequest {
  /** True: nothing is changed, and what differs is told. */
  verify: boolean;
  /** The `next` of the answer before; not there: from the beginning. */
  after?: string;
}

/** A service whose stored rows are not what its events say. @public */
export interface ServiceDrift {
  service: string;
  tables: Array<{
    table: string;
    /** Rows that should be there and are not. */
    missing: number;
    /** Rows that should not be there. */
    surplus: number;
    /** Rows that hold something else. */
    different: number;
  }>;
  /** Some of them: what should be there and what is; null: nothing. */
  examples: Array<{ table: string; expected: unknown; stored: unknown }>;
}

/** The body of `POST /pipeline/rebuild`. @public */
export interface RebuildAnswer {
  /** How many services this call has derived anew. */
  services: number;
  /** How many of them have events that are not derived yet, so that nothing can be said of them. */
  pending: number;
  /** Those that drifted; always empty unless verified. */
  drift: ServiceDrift[];
  /** To be given as `after` with the next call; null: all are done. */
  next: string | null;
}

/** The body of every error. @public */
export interface ApiError {
  error: { name: string; message: string; code: string };
}
