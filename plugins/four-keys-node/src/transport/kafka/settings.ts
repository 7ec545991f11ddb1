import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { SASLOptions } from 'kafkajs';
import type { ConnectionOptions } from 'tls';
import { readNumber } from '../numbers';

export interface TopicSettings {
  readonly name: string;
  /** True: made at start when it is missing. */
  readonly create: boolean;
  /** Undefined: as it is, and 12 for a new topic. */
  readonly partitions?: number;
  /** Undefined: what the broker does by default. */
  readonly replicationFactor?: number;
  /** Undefined: as it is, and 90 days for a new topic. */
  readonly retentionMs?: number;
}

export interface KafkaSettings {
  readonly brokers: string[];
  readonly clientId: string;
  readonly ssl?: ConnectionOptions | boolean;
  readonly sasl?: SASLOptions;
  readonly topic: TopicSettings;
}

const ROOT = 'fourKeys.kafka';
const BROKER = /^(\[[0-9a-f:.]+\]|[^:\s]+):([1-9]\d{0,4})$/i;
const TOPIC = /^[A-Za-z0-9._-]{1,249}$/;
const DAY_MS = 86_400_000;

/**
 * Reads `fourKeys.kafka`.
 *
 * @throws InputError that names the key that is wrong.
 */
export function readKafkaSettings(config: Config): KafkaSettings {
  const kafka = config.getOptionalConfig(ROOT);
  if (!kafka) {
    throw new InputError(
      `fourKeys.transport is kafka, but ${ROOT} is missing; give at least ${ROOT}.brokers`,
    );
  }
  return {
    brokers: readBrokers(kafka),
    clientId: kafka.getOptionalString('clientId') ?? 'four-keys',
    ssl: readSsl(kafka),
    sasl: readSasl(kafka),
    topic: readTopic(config, kafka),
  };
}

function readBrokers(kafka: Config): string[] {
  const brokers = kafka.getOptionalStringArray('brokers') ?? [];
  if (brokers.length === 0) {
    throw new InputError(
      `${ROOT}.brokers is empty; name at least one broker, such as kafka.example.org:9093`,
    );
  }
  brokers.forEach((broker, n) => {
    if (!BROKER.test(broker)) {
      throw new InputError(
        `${ROOT}.brokers[${n}] is ${JSON.stringify(
          broker,
        )}; it must be host:port`,
      );
    }
  });
  return brokers;
}

function readTopic(config: Config, kafka: Config): TopicSettings {
  const name = kafka.getOptionalString('topic') ?? 'four-keys.events.v1';
  if (!TOPIC.test(name)) {
    throw new InputError(
      `${ROOT}.topic is ${JSON.stringify(
        name,
      )}; it must be 1 to 249 letters, digits, dots, dashes and underscores`,
    );
  }
  const whole = { min: 1, integer: true };
  const days = readNumber(config, `${ROOT}.retentionDays`, {
    min: 0.01,
    max: 36_500,
    integer: false,
  });
  return {
    name,
    create: kafka.getOptionalBoolean('createTopics') ?? false,
    partitions: readNumber(config, `${ROOT}.partitions`, {
      ...whole,
      max: 1024,
    }),
    replicationFactor: readNumber(config, `${ROOT}.replicationFactor`, {
      ...whole,
      max: 32,
    }),
    retentionMs: days === undefined ? undefined : Math.round(days * DAY_MS),
  };
}

function readSsl(kafka: Config): ConnectionOptions | boolean | undefined {
  const value = kafka.getOptional('ssl');
  if (value === undefined || typeof value === 'boolean') {
    return value;
  }
  const ssl = kafka.getConfig('ssl');
  const cert = ssl.getOptionalString('cert');
  const key = ssl.getOptionalString('key');
  if ((cert === undefined) !== (key === undefined)) {
    throw new InputError(
      `${ROOT}.ssl.${
        cert === undefined ? 'cert' : 'key'
      } is missing; a client certificate needs both ${ROOT}.ssl.cert and ${ROOT}.ssl.key`,
    );
  }
  const pem = { ca: ssl.getOptionalString('ca'), cert, key };
  for (const [name, text] of Object.entries(pem)) {
    if (text !== undefined && !text.includes('-----BEGIN ')) {
      throw new InputError(
        `${ROOT}.ssl.${name} is not PEM; give the text of the file, for instance with $file`,
      );
    }
  }
  const servername = ssl.getOptionalString('serverName');
  return {
    ...pem,
    passphrase: ssl.getOptionalString('passphrase'),
    // Where it is given without a value, no name is told to the broker, and one
    // that serves several by name cannot be reached.
    ...(servername === undefined ? {} : { servername }),
  };
}

function readSasl(kafka: Config): SASLOptions | undefined {
  const sasl = kafka.getOptionalConfig('sasl');
  if (!sasl) {
    return undefined;
  }
  const mechanism = sasl.getString('mechanism');
  const account = {
    username: sasl.getString('username'),
    password: sasl.getString('password'),
  };
  switch (mechanism) {
    case 'plain':
      return { mechanism, ...account };
    case 'scram-sha-256':
      return { mechanism, ...account };
    case 'scram-sha-512':
      return { mechanism, ...account };
    default:
      throw new InputError(
        `${ROOT}.sasl.mechanism is ${JSON.stringify(
          mechanism,
        )}; it must be plain, scram-sha-256 or scram-sha-512`,
      );
  }
}
