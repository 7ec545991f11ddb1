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

/** The body of `GET /pipeline/health`. @public */
export interface PipelineHealth {
  status: 'ok' | 'degraded' | 'down';
  transport: string;
  sources: SourceHealth[];
  /** Events accepted and not yet stored. */
  lag: number;
  deadLetters: number;
  dirtyBacklog: number;
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

/** The body of every error. @public */
export interface ApiError {
  error: { name: string; message: string; code: string };
}
