import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type {
  OutgoingRecord,
  PartitionPosition,
  SubscribeOptions,
  Transport,
  TransportBatch,
  TransportRecord,
  TransportSubscription,
} from '../port';

/** The group that reads the spill and writes to Kafka. */
export const RELAY_GROUP = 'four-keys-kafka-relay';

const LOOK_MS = 1_000;

export interface SpillingTransportOptions {
  readonly main: Transport;
  /** Takes records while the main one does not. */
  readonly spill: Transport;
  readonly logger: LoggerService;
}

/**
 * Takes records also while the main transport does not: they go to the spill,
 * and from there to the main one as soon as it takes records again. Reading is
 * the main transport's.
 *
 * While records wait in the spill, those that follow go there too, so that the
 * records of a key that one process appends stay in order.
 */
export class SpillingTransport implements Transport {
  readonly #main: Transport;
  readonly #spill: Transport;
  readonly #logger: LoggerService;
  readonly #watch: NodeJS.Timeout;
  #isSpilling: boolean;
  #appending = 0;
  #looking = false;

  private constructor(options: SpillingTransportOptions, isSpilling: boolean) {
    this.#main = options.main;
    this.#spill = options.spill;
    this.#logger = options.logger;
    this.#isSpilling = isSpilling;
    this.#watch = setInterval(() => this.#look(), LOOK_MS);
    this.#watch.unref();
  }

  static async start(
    options: SpillingTransportOptions,
  ): Promise<SpillingTransport> {
    const waiting = await options.spill.lag(RELAY_GROUP);
    const transport = new SpillingTransport(options, waiting > 0);
    await options.spill.subscribe({
      group: RELAY_GROUP,
      handler: batch => transport.#relay(batch),
    });
    return transport;
  }

  get name(): string {
    return this.#main.name;
  }

  get topic(): string | undefined {
    return this.#main.topic;
  }

  get sides(): Transport['sides'] {
    return this.#main.sides;
  }

  async append(records: readonly OutgoingRecord[]): Promise<void> {
    if (!this.#isSpilling) {
      try {
        await this.#main.append(records);
        return;
      } catch (error) {
        // What can never be written must not wait for it.
        if (error instanceof InputError) {
          throw error;
        }
        this.#logger.warn(
          `Events wait in the database until Kafka takes them: ${error}`,
        );
      }
    }
    this.#isSpilling = true;
    this.#appending += 1;
    try {
      await this.#spill.append(records);
    } finally {
      this.#appending -= 1;
    }
  }

  subscribe(options: SubscribeOptions): Promise<TransportSubscription> {
    return this.#main.subscribe(options);
  }

  positions(group: string): Promise<PartitionPosition[]> {
    return this.#main.positions(group);
  }

  lag(group: string): Promise<number> {
    return this.#main.lag(group);
  }

  spilled(): Promise<number> {
    return this.#spill.lag(RELAY_GROUP);
  }

  /** Records are taken while one of the two takes them. */
  async ping(): Promise<void> {
    await this.#main.ping().catch(async error => {
      await this.#spill.ping().catch(() => {
        throw error;
      });
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    await this.#spill.close();
    await this.#main.close();
  }

  async #relay({ records }: TransportBatch): Promise<void> {
    const outgoing = records.map(toOutgoing);
    try {
      await this.#main.append(outgoing);
    } catch (error) {
      if (!(error instanceof InputError)) {
        throw error;
      }
      // One that Kafka never takes must not hold up the rest.
      for (const [n, record] of outgoing.entries()) {
        await this.#relayOne(record, records[n]);
      }
    }
  }

  async #relayOne(
    record: OutgoingRecord,
    { partition, position }: TransportRecord,
  ): Promise<void> {
    try {
      await this.#main.append([record]);
    } catch (error) {
      if (!(error instanceof InputError)) {
        throw error;
      }
      this.#logger.error(
        `An event that waited in the database cannot be written to Kafka; it stays in four_keys_log, partition ${partition}, at ${position}, until retention: ${error.message}`,
      );
    }
  }

  /** Goes back to the main transport once nothing waits. */
  async #look(): Promise<void> {
    if (!this.#isSpilling || this.#looking || this.#appending > 0) {
      return;
    }
    this.#looking = true;
    try {
      const waiting = await this.#spill.lag(RELAY_GROUP);
      if (waiting === 0 && this.#appending === 0) {
        this.#isSpilling = false;
        this.#logger.info('No event waits in the database for Kafka any more');
      }
    } catch (error) {
      this.#logger.debug(`Cannot tell whether events wait: ${error}`);
    } finally {
      this.#looking = false;
    }
  }
}

function toOutgoing({ key, value, headers }: TransportRecord): OutgoingRecord {
  return { key: key ?? '', value: value ?? Buffer.alloc(0), headers };
}
