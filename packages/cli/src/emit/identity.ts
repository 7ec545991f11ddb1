import { createHash } from 'node:crypto';
import type { Family } from './fields';

/** Ids longer than this are hashed; the contract takes no more. */
const MAX_LENGTH = 200;

/**
 * An event id out of readable, percent-encoded segments. The same content gives
 * the same id, so telling a thing twice tells it once.
 */
export function eventId(...segments: readonly string[]): string {
  const id = segments.map(encodeURIComponent).join('/');
  return id.length <= MAX_LENGTH
    ? id
    : createHash('sha256').update(id).digest('hex');
}

export interface Moment {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Whether the caller named it; otherwise it is the time of the call. */
  readonly given: boolean;
}

/**
 * The part of an id that tells occasions apart. Where the caller gives no
 * time, calls within one minute are taken for repetitions.
 */
export function occasion({ time, given }: Moment): string {
  return given
    ? String(Math.floor(time / 1000))
    : String(Math.floor(time / 60_000) * 60);
}

const text = (value: unknown) => (value === undefined ? '' : String(value));

/** The id of an event about `data`. */
export function idOf(
  family: Family,
  status: string,
  data: Readonly<Record<string, unknown>>,
  moment: Moment,
): string {
  const service = text(data.service_id);
  switch (family) {
    case 'deploy':
      return eventId(
        service,
        'deployment',
        text(data.environment).toLowerCase(),
        text(data.deployment_id ?? `run:${text(data.pipeline_run_id)}`),
        status,
      );
    case 'build':
      return eventId(service, 'run', text(data.pipeline_run_id), status);
    case 'incident':
      return status === 'opened'
        ? eventId(service, 'incident', text(data.incident_id), status)
        : eventId(
            service,
            'incident',
            text(data.incident_id),
            status,
            occasion(moment),
          );
    case 'change': {
      const sha = text(data.commit_sha).toLowerCase();
      return data.pr_id === undefined
        ? eventId(service, 'change', sha, status)
        : eventId(service, 'pr', text(data.pr_id), status, sha);
    }
    default:
      throw new Error(`No id for ${family satisfies never}`);
  }
}
