import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type KafkaServer, startKafka } from '../kafka/broker';
import type { StartOptions } from './options';
import type { Progress } from './progress';

/**
 * The broker that `--kafka` asks for; undefined: events travel through the
 * database.
 */
export async function startBroker(
  options: StartOptions,
  dataDir: string,
  progress: Progress,
): Promise<KafkaServer | undefined> {
  if (!options.kafka) {
    return undefined;
  }
  const folder = path.join(dataDir, 'kafka', 'broker');
  if (options.reset) {
    await rm(folder, { recursive: true, force: true });
  }
  return progress.step('Starting Kafka', detail =>
    startKafka({ dataDir: folder, onNotice: detail }),
  );
}

/** Lets the example app use the broker; Backstage reads these variables. */
export function brokerEnv(
  broker: KafkaServer | undefined,
): Readonly<Record<string, string>> {
  return broker
    ? {
        APP_CONFIG_fourKeys_transport: JSON.stringify('kafka'),
        APP_CONFIG_fourKeys_kafka: JSON.stringify({
          brokers: [broker.broker],
          createTopics: true,
        }),
      }
    : {};
}
