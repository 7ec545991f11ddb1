import {
  MAX_BATCH_EVENTS,
  type RejectedEvent,
  validateEvent,
} from '@four-keys/backstage-plugin-four-keys-common';
import { activeTraceparent } from './activeTraceparent';
import type { EventInput } from './service';

/** Keeps a request well below what the collector, or a proxy before it, takes. */
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;

/** A valid event, serialised, and where it came from. */
export interface Letter {
  /** Its place in what the caller gave. */
  readonly index: number;
  readonly id: string;
  readonly json: string;
}

/**
 * Sorts out what the collector would reject anyway, so that one event that is
 * far too large does not cost the others their request.
 */
export function writeLetters(events: readonly EventInput[]): {
  readonly letters: Letter[];
  readonly rejected: RejectedEvent[];
} {
  const letters: Letter[] = [];
  const rejected: RejectedEvent[] = [];
  const traceparent = activeTraceparent();
  for (const [index, event] of events.entries()) {
    const result = validateEvent(event);
    if (result.ok) {
      const traced = event.traceparent ? event : { ...event, traceparent };
      letters.push({ index, id: event.id, json: JSON.stringify(traced) });
    } else {
      const { code, message } = result.rejection;
      const id: unknown = event?.id;
      rejected.push({
        index,
        id: typeof id === 'string' ? id : null,
        code,
        message,
      });
    }
  }
  return { letters, rejected };
}

const bytesOf = (letters: readonly Letter[]) =>
  letters.reduce((sum, { json }) => sum + Buffer.byteLength(json) + 1, 0);

/** How full a request is. */
export class Envelope {
  #letters = 0;
  #bytes = 0;

  /** Whether letters still fit; the first ones always do. */
  fits(letters: readonly Letter[]): boolean {
    return (
      this.#letters === 0 ||
      (this.#letters + letters.length <= MAX_BATCH_EVENTS &&
        this.#bytes + bytesOf(letters) <= MAX_REQUEST_BYTES)
    );
  }

  add(letters: readonly Letter[]): void {
    this.#letters += letters.length;
    this.#bytes += bytesOf(letters);
  }
}

/** What each fits into one request, in order. */
export function* inRequests(letters: readonly Letter[]): Generator<Letter[]> {
  let batch: Letter[] = [];
  let envelope = new Envelope();
  for (const letter of letters) {
    if (!envelope.fits([letter])) {
      yield batch;
      batch = [];
      envelope = new Envelope();
    }
    batch.push(letter);
    envelope.add([letter]);
  }
  if (batch.length > 0) {
    yield batch;
  }
}
