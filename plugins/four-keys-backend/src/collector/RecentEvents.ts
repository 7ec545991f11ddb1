import type { ContractEvent } from '@four-keys/backstage-plugin-four-keys-common';

const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Events that this process has validated and not yet read back from the
 * transport, so that where ingest and collector share a process every event is
 * validated once. The same bytes are the same event, so this can never be
 * wrong, only empty: after a restart, or where other processes take events.
 */
export class RecentEvents {
  readonly #events = new Map<string, ContractEvent>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(options: { readonly maxBytes?: number } = {}) {
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Keeps an event by the text that goes to the transport; the oldest make room. */
  remember(text: string, event: ContractEvent): void {
    if (!this.#events.has(text)) {
      this.#bytes += text.length;
    }
    this.#events.set(text, event);
    for (const oldest of this.#events.keys()) {
      if (this.#bytes <= this.#maxBytes) {
        return;
      }
      this.#drop(oldest);
    }
  }

  /** Hands over the event of a text; undefined: it must be validated. */
  take(text: string): ContractEvent | undefined {
    const event = this.#events.get(text);
    if (event) {
      this.#drop(text);
    }
    return event;
  }

  #drop(text: string): void {
    this.#events.delete(text);
    this.#bytes -= text.length;
  }
}
