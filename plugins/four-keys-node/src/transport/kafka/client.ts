import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  type ISocketFactory,
  Kafka,
  logLevel,
  type RetryOptions,
} from 'kafkajs';
import type { KafkaSettings } from './settings';

/** How the transport behaves in time and memory. */
export interface KafkaTuning {
  /** After so long without a heartbeat a member counts as dead. */
  readonly sessionTimeoutMs: number;
  /** How long a fetch waits for records; also bounds how long stopping takes. */
  readonly fetchWaitMs: number;
  /** How often the loop looks around although nothing happened. */
  readonly pollMs: number;
  /** How long stop() waits before it asks the handler to give up. */
  readonly drainMs: number;
  /** Most bytes of values in a batch, and of those that wait for one. */
  readonly maxBytes: number;
  /** After so long a client looks for new partitions and moved leaders. */
  readonly metadataMaxAgeMs: number;
  /** How consumers reach the broker. */
  readonly socketFactory?: ISocketFactory;
}

export const TUNING: KafkaTuning = {
  sessionTimeoutMs: 10_000,
  fetchWaitMs: 500,
  pollMs: 1_000,
  metadataMaxAgeMs: 60_000,
  drainMs: 10_000,
  maxBytes: 16 * 1024 * 1024,
};

/** A client of the cluster that logs as the plugin does. */
export function createClient(
  settings: KafkaSettings,
  logger: LoggerService,
  options: { socketFactory?: ISocketFactory; retry?: RetryOptions } = {},
): Kafka {
  return new Kafka({
    clientId: settings.clientId,
    brokers: settings.brokers,
    ssl: settings.ssl,
    sasl: settings.sasl,
    ...options,
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ namespace, level, log }) => {
        const text = `Kafka ${namespace}: ${log.message}${
          log.error ? ` (${log.error})` : ''
        }`;
        // What kafkajs calls an error it mostly retries; what it gives up on
        // reaches us as an exception and is told by whoever catches it.
        if (level === logLevel.ERROR) {
          logger.warn(text);
        } else {
          logger.debug(text);
        }
      },
  });
}
