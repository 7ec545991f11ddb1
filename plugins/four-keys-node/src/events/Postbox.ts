import { ResponseError, ServiceUnavailableError } from '@backstage/errors';
import type { RejectedEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { setTimeout as sleep } from 'timers/promises';
import type { Courier } from './Courier';
import { Envelope, type Letter } from './letters';
import { Patience } from './Patience';

/** How long the first of a batch waits for others. */
const LINGER_MS = 5;

/** Answers to whoever sends, not to what is sent: the others would get the same. */
const ABOUT_THE_SENDER = new Set([401, 403]);

export interface PostOptions {
  /** When the caller stops waiting, milliseconds since the epoch. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
}

/** What one caller has posted. */
interface Parcel {
  readonly letters: readonly Letter[];
  readonly deadline: number;
  readonly resolve: (rejected: RejectedEvent[]) => void;
  readonly reject: (reason: unknown) => void;
  /** Nobody waits for it any more. */
  isAbandoned: boolean;
}

/**
 * Gathers what many callers publish at once into few requests, each of which is
 * one transaction at the other end. One request is under way at a time, so
 * events leave in the order in which they came; what comes meanwhile is the
 * next one. Every caller is told about its own events, once they are durable,
 * and waits no longer than it wants to.
 */
export class Postbox {
  readonly #courier: Courier;
  readonly #waiting: Parcel[] = [];
  #isEmptying = false;
  #underWay: { parcels: readonly Parcel[]; abort: AbortController } | undefined;

  constructor(courier: Courier) {
    this.#courier = courier;
  }

  /**
   * Delivers letters that fit into one request.
   *
   * @returns those that the collector rejected, by their `index`.
   * @throws what {@link Courier.deliver} throws, or the reason of the signal.
   */
  async post(
    letters: readonly Letter[],
    { deadline, signal }: PostOptions,
  ): Promise<RejectedEvent[]> {
    signal?.throwIfAborted();
    let parcel: Parcel | undefined;
    const answer = new Promise<RejectedEvent[]>((resolve, reject) => {
      parcel = { letters, deadline, resolve, reject, isAbandoned: false };
      this.#add(parcel);
    });
    const giveUp = (reason: unknown) => parcel && this.#abandon(parcel, reason);
    const timer = setTimeout(
      () =>
        giveUp(
          new ServiceUnavailableError(
            `Four Keys did not take ${letters.length} events in time; publish them again later`,
          ),
        ),
      deadline - Date.now(),
    );
    const abort = () => giveUp(signal?.reason);
    signal?.addEventListener('abort', abort);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  #add(parcel: Parcel): void {
    this.#waiting.push(parcel);
    if (!this.#isEmptying) {
      this.#isEmptying = true;
      // The requests belong to no caller, and so to no caller's trace.
      context.with(ROOT_CONTEXT, () => this.#empty());
    }
  }

  #abandon(parcel: Parcel, reason: unknown): void {
    parcel.isAbandoned = true;
    parcel.reject(reason);
    if (this.#underWay?.parcels.every(({ isAbandoned }) => isAbandoned)) {
      this.#underWay.abort.abort();
    }
  }

  async #empty(): Promise<void> {
    await sleep(LINGER_MS);
    for (
      let parcels = this.#take();
      parcels.length > 0;
      parcels = this.#take()
    ) {
      const abort = new AbortController();
      this.#underWay = { parcels, abort };
      await this.#deliver(parcels, abort.signal);
      this.#underWay = undefined;
    }
    this.#isEmptying = false;
  }

  /** As many of the first that wait as fit into one request. */
  #take(): Parcel[] {
    const envelope = new Envelope();
    const parcels: Parcel[] = [];
    let seen = 0;
    for (const parcel of this.#waiting) {
      if (!parcel.isAbandoned && !envelope.fits(parcel.letters)) {
        break;
      }
      seen += 1;
      if (!parcel.isAbandoned) {
        envelope.add(parcel.letters);
        parcels.push(parcel);
      }
    }
    this.#waiting.splice(0, seen);
    return parcels;
  }

  /** Never rejects: the callers are told. */
  async #deliver(
    parcels: readonly Parcel[],
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const last = Math.max(...parcels.map(({ deadline }) => deadline));
      const rejected = await this.#courier.deliver(
        parcels.flatMap(({ letters }) => letters),
        new Patience({ timeoutMs: last - Date.now(), signal }),
      );
      share(parcels, rejected);
    } catch (error) {
      if (parcels.length > 1 && !signal.aborted && isAboutSomeOf(error)) {
        const middle = Math.ceil(parcels.length / 2);
        await this.#deliver(parcels.slice(0, middle), signal);
        await this.#deliver(parcels.slice(middle), signal);
      } else {
        parcels.forEach(({ reject }) => reject(error));
      }
    }
  }
}

/** What is refused because of what one caller sent must not cost the others their events. */
function isAboutSomeOf(error: unknown): boolean {
  return (
    error instanceof ResponseError && !ABOUT_THE_SENDER.has(error.statusCode)
  );
}

/** Tells every caller what was rejected of its own. */
function share(
  parcels: readonly Parcel[],
  rejected: readonly RejectedEvent[],
): void {
  let begin = 0;
  for (const { letters, resolve } of parcels) {
    const from = begin;
    resolve(
      rejected
        .filter(({ index }) => index >= from && index < from + letters.length)
        .map(one => ({ ...one, index: letters[one.index - from].index })),
    );
    begin += letters.length;
  }
}
