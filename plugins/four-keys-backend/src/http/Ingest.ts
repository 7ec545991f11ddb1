import {
  MAX_BATCH_EVENTS,
  validateEvent,
  type ContractEvent,
  type PublishAnswer,
  type Rejection,
} from '@four-keys/backstage-plugin-four-keys-common';
import type {
  OutgoingRecord,
  Transport,
} from '@four-keys/backstage-plugin-four-keys-node';
import {
  type RecentEvents,
  type Seal,
  SIGNATURE_HEADER,
  type SourceTally,
  withoutPersonsIn,
} from '../collector';
import type { PipelineMetrics } from '../observability';
import { Problem, unavailable } from './problems';

/** A caller waits no longer for the transport; what took longer may come twice, which is harmless. */
const APPEND_TIMEOUT_MS = 5000;

export interface IngestOptions {
  readonly transport: Transport;
  readonly seal: Seal;
  /** Where the collector of this process finds what was validated here. */
  readonly recent: RecentEvents;
  readonly clock: () => number;
  /** Counts what never reaches the collector. */
  readonly rejections: SourceTally;
  readonly metrics: PipelineMetrics;
  readonly appendTimeoutMs?: number;
}

/** Takes events in: validates each, appends the good ones, and names the others. */
export class Ingest {
  readonly #options: IngestOptions;

  constructor(options: IngestOptions) {
    this.#options = options;
  }

  /**
   * Resolves once every accepted event is durable.
   *
   * @param context - the trace of the request, for events that carry none of
   * their own.
   * @throws Problem `batch_too_large`, or `unavailable` when the transport
   * cannot take events now.
   */
  async publish(
    events: readonly unknown[],
    context: { readonly traceparent?: string } = {},
  ): Promise<PublishAnswer> {
    if (events.length > MAX_BATCH_EVENTS) {
      throw new Problem(
        'batch_too_large',
        `The batch has ${events.length} events, and ${MAX_BATCH_EVENTS} is the most; split it`,
      );
    }
    const now = this.#options.clock();
    const records: OutgoingRecord[] = [];
    const rejected: PublishAnswer['rejected'] = [];
    for (const [index, raw] of events.entries()) {
      const result = validateEvent(raw, { now });
      const rejection = result.ok
        ? rejectForbidden(result.event)
        : result.rejection;
      if (rejection) {
        rejected.push(this.#reject(index, raw, rejection));
      } else if (result.ok) {
        records.push(
          this.#toRecord(withTrace(result.event, context.traceparent)),
        );
      }
    }
    let accepted = 0;
    try {
      await this.#append(records);
      accepted = records.length;
    } finally {
      this.#options.metrics.ingested({
        received: events.length,
        accepted,
        rejected: rejected.map(({ code }) => code),
      });
    }
    return { accepted, rejected };
  }

  /** Appends an event that only our own API may write, signed for the collector. */
  async publishOwn(raw: Record<string, unknown>): Promise<void> {
    const { seal, clock } = this.#options;
    const result = validateEvent(raw, { now: clock() });
    if (!result.ok) {
      throw new Problem('invalid_request', result.rejection.message);
    }
    const record = this.#toRecord(result.event);
    await this.#append([
      { ...record, headers: { [SIGNATURE_HEADER]: seal.sign(record.value) } },
    ]);
  }

  /** Appends records as they were read once, bytes and headers untouched. */
  async appendAgain(records: readonly OutgoingRecord[]): Promise<void> {
    await this.#append(records);
  }

  async #append(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) {
      return;
    }
    const { transport, appendTimeoutMs = APPEND_TIMEOUT_MS } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`No answer within ${appendTimeoutMs} ms`)),
        appendTimeoutMs,
      );
    });
    try {
      await Promise.race([transport.append(records), timeout]);
    } catch (error) {
      throw unavailable(
        `The ${transport.name} transport cannot take events now`,
        error,
      );
    } finally {
      clearTimeout(timer);
    }
  }

  #toRecord(accepted: ContractEvent): OutgoingRecord {
    const { seal, recent } = this.#options;
    const event = withoutPersonsIn(accepted, seal);
    const text = JSON.stringify(event.envelope);
    recent.remember(text, event);
    return { key: partitionKey(event), value: Buffer.from(text) };
  }

  #reject(index: number, raw: unknown, { code, message }: Rejection) {
    const { id, source } = (raw ?? {}) as Record<string, unknown>;
    this.#options.rejections.add(typeof source === 'string' ? source : null, {
      rejected: 1,
    });
    return {
      index,
      id: typeof id === 'string' ? id.slice(0, 1000) : null,
      code,
      message,
    };
  }
}

/** An event tells its own trace better than the request that happened to bring it. */
function withTrace(
  event: ContractEvent,
  traceparent: string | undefined,
): ContractEvent {
  return traceparent === undefined || event.envelope.traceparent
    ? event
    : { ...event, envelope: { ...event.envelope, traceparent } };
}

function rejectForbidden(event: ContractEvent): Rejection | undefined {
  return event.kind === 'incident.linked'
    ? {
        code: 'forbidden_type',
        field: 'type',
        message:
          'type incident.linked may only be written by POST /incidents/{id}/link, which knows who corrects a link',
      }
    : undefined;
}

/** Events of one service stay in order; a producer may ask for a wider order. */
function partitionKey(event: ContractEvent): string {
  const { service_id: service, template_id: template } = event.data as {
    service_id?: string;
    template_id?: string;
  };
  return event.envelope.partitionkey || service || template || event.source;
}
