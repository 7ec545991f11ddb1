import { ConfigReader } from '@backstage/config';
import { readKafkaSettings } from './settings';

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const brokers = ['one.example.org:9093', '[2001:db8::1]:9092'];

const read = (kafka: object) =>
  readKafkaSettings(
    new ConfigReader({ fourKeys: { transport: 'kafka', kafka } }),
  );

describe('readKafkaSettings', () => {
  it('needs brokers only', () => {
    expect(read({ brokers })).toEqual({
      brokers,
      clientId: 'four-keys',
      ssl: undefined,
      sasl: undefined,
      topic: {
        name: 'four-keys.events.v1',
        root: 'fourKeys.kafka',
        create: false,
      },
      sides: {
        deadLetters: {
          name: 'four-keys.events.v1.dlq',
          root: 'fourKeys.kafka.deadLetters',
          create: false,
          maxBytes: 8 * 1024 * 1024,
        },
      },
    });
  });

  it('reads the topic of dead letters, which can be switched off', () => {
    expect(read({ brokers, deadLetters: false }).sides).toEqual({});
    const kafka = {
      brokers,
      topic: 'events',
      createTopics: true,
      replicationFactor: 3,
      deadLetters: { retentionDays: 7, partitions: 6 },
    };
    expect(read(kafka).sides.deadLetters).toMatchObject({
      name: 'events.dlq',
      create: true,
      partitions: 6,
      replicationFactor: 3,
      retentionMs: 7 * 86_400_000,
    });
  });

  it('reads TLS, client certificates, every way to sign in, and the topic', () => {
    expect(
      read({
        brokers,
        topic: 'events',
        createTopics: true,
        partitions: 24,
        replicationFactor: 3,
        retentionDays: 0.5,
        ssl: { ca: PEM, cert: PEM, key: PEM, passphrase: 'p', serverName: 'k' },
        sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
      }),
    ).toMatchObject({
      topic: {
        name: 'events',
        create: true,
        partitions: 24,
        replicationFactor: 3,
        retentionMs: 43_200_000,
      },
      ssl: { ca: PEM, cert: PEM, key: PEM, passphrase: 'p', servername: 'k' },
      sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
    });
    expect(read({ brokers, ssl: true }).ssl).toBe(true);
    for (const mechanism of ['plain', 'scram-sha-256']) {
      expect(
        read({ brokers, sasl: { mechanism, username: 'u', password: 'p' } })
          .sasl,
      ).toEqual({ mechanism, username: 'u', password: 'p' });
    }
  });

  it.each([
    [{}, /fourKeys.kafka.brokers is empty; name at least one/],
    [
      { brokers, deadLetters: 'yes' },
      /fourKeys.kafka.deadLetters is "yes"; write true, false, or an object/,
    ],
    [
      { brokers, deadLetters: { topic: 'four-keys.events.v1' } },
      /fourKeys.kafka.deadLetters.topic is four-keys.events.v1, which is the topic of the events/,
    ],
    [
      { brokers: ['kafka.example.org'] },
      /fourKeys.kafka.brokers\[0\] is "kafka.example.org"; it must be host:port/,
    ],
    [{ brokers, topic: 'a b' }, /fourKeys.kafka.topic is "a b"; it must be/],
    [{ brokers, partitions: 0 }, /fourKeys.kafka.partitions is 0; it must be/],
    [{ brokers, retentionDays: -1 }, /fourKeys.kafka.retentionDays is -1/],
    [
      { brokers, ssl: { cert: PEM } },
      /fourKeys.kafka.ssl.key is missing; a client certificate needs both/,
    ],
    [
      { brokers, ssl: { ca: '/etc/ca.pem' } },
      /fourKeys.kafka.ssl.ca is not PEM; give the text of the file/,
    ],
    [
      {
        brokers,
        sasl: { mechanism: 'gssapi', username: 'u', password: 'hidden' },
      },
      /fourKeys.kafka.sasl.mechanism is "gssapi"; it must be plain, scram-sha/,
    ],
    [
      { brokers, sasl: { mechanism: 'plain', username: 'u' } },
      /fourKeys.kafka.sasl.password/,
    ],
  ])('names the key that is wrong in %j', (kafka, message) => {
    expect(() => read(kafka)).toThrow(message);
    expect(() => read(kafka)).not.toThrow(/hidden/);
  });
});
