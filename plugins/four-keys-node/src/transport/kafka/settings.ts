import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { SASLOptions } from 'kafkajs';
import type { ConnectionOptions } from 'tls';
import { readNumber } from '../numbers';
import type { SideTopic } from '../port';

export interface TopicSettings {
  readonly name: string;
  /** Where it is set up, such as `fourKeys.kafka`; below it is `topic`. */
  readonly root: string;
  /** True: made at start when it is missing. */
  readonly create: boolean;
  /** Undefined: as it is; for a new topic 12, and 3 for one beside the log. */
  readonly partitions?: number;
  /** Undefined: what the broker does by default. */
  readonly replicationFactor?: number;
  /** Undefined: as it is, and 90 days for a new topic. */
  readonly retentionMs?: number;
  /** Most bytes of a record in a new topic; undefined: as the broker does. */
  readonly maxBytes?: number;
}

export interface KafkaSettings {
  readonly brokers: string[];
  readonly clientId: string;
  readonly ssl?: ConnectionOptions | boolean;
  readonly sasl?: SASLOptions;
  readonly topic: TopicSettings;
  /** Beside the topic of the events; not there: switched off. */
  readonly sides: Readonly<Record<SideTopic, TopicSettings | undefined>>;
}

const ROOT = 'fourKeys.kafka';
const BROKER = /^(\[[0-9a-f:.]+\]|[^:\s]+):([1-9]\d{0,4})$/i;
const TOPIC = /^[A-Za-z0-9._-]{1,249}$/;
const DAY_MS = 86_400_000;
const MOST_DEAD_BYTES = 8 * 1024 * 1024;

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
  const topic = readTopic(config, kafka);
  return {
    brokers: readBrokers(kafka),
    clientId: kafka.getOptionalString('clientId') ?? 'four-keys',
    ssl: readSsl(kafka),
    sasl: readSasl(kafka),
    topic,
    sides: { deadLetters: readDeadLetters(config, kafka, topic) },
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

function checkName(key: string, name: string): string {
  if (!TOPIC.test(name)) {
    throw new InputError(
      `${key} is ${JSON.stringify(
        name,
      )}; it must be 1 to 249 letters, digits, dots, dashes and underscores`,
    );
  }
  return name;
}

const WHOLE = { min: 1, integer: true };

function readPartitions(config: Config, root: string): number | undefined {
  return readNumber(config, `${root}.partitions`, { ...WHOLE, max: 1024 });
}

function readRetention(config: Config, root: string): number | undefined {
  const days = readNumber(config, `${root}.retentionDays`, {
    min: 0.01,
    max: 36_500,
    integer: false,
  });
  return days === undefined ? undefined : Math.round(days * DAY_MS);
}

function readTopic(config: Config, kafka: Config): TopicSettings {
  return {
    name: checkName(
      `${ROOT}.topic`,
      kafka.getOptionalString('topic') ?? 'four-keys.events.v1',
    ),
    root: ROOT,
    create: kafka.getOptionalBoolean('createTopics') ?? false,
    partitions: readPartitions(config, ROOT),
    replicationFactor: readNumber(config, `${ROOT}.replicationFactor`, {
      ...WHOLE,
      max: 32,
    }),
    retentionMs: readRetention(config, ROOT),
  };
}

/** The topic beside the events that is kept unless it is switched off. */
function readDeadLetters(
  config: Config,
  kafka: Config,
  events: TopicSettings,
): TopicSettings | undefined {
  const root = `${ROOT}.deadLetters`;
  const given = kafka.getOptional('deadLetters') ?? true;
  if (given === false) {
    return undefined;
  }
  if (given !== true && (typeof given !== 'object' || Array.isArray(given))) {
    throw new InputError(
      `${root} is ${JSON.stringify(
        given,
      )}; write true, false, or an object such as { topic: name }`,
    );
  }
  const own = given === true ? undefined : kafka.getConfig('deadLetters');
  const name = own?.getOptionalString('topic') ?? `${events.name}.dlq`;
  if (name === events.name) {
    throw new InputError(
      `${root}.topic is ${name}, which is the topic of the events; name another one`,
    );
  }
  return {
    name: checkName(`${root}.topic`, name),
    root,
    create: events.create,
    partitions: readPartitions(config, root),
    replicationFactor: events.replicationFactor,
    retentionMs: readRetention(config, root),
    // What is too large for others still fits here, with its headers.
    maxBytes: MOST_DEAD_BYTES,
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
