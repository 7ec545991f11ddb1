import { spawnSync } from 'child_process';
import { randomUUID } from 'crypto';
import { mkdtemp, readFile, rm, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import path from 'path';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import {
  createTestDatabase,
  describeWithKafka,
  findFreePort,
  type KafkaServer,
  startKafka,
  type TestDatabase,
} from '@four-keys/dev';
import { eventually, recordsOf, textOf } from '../../testing/tools';
import { createTransport } from '../createTransport';
import { PATIENCE_MS } from './__testUtils__/TestKafka';

jest.setTimeout(90_000);

const NAME = 'four-keys';
const PASSWORD: string = randomUUID();
const JAAS = 'org.apache.kafka.common.security';

/** A key and a certificate that it signs itself, as PEM. */
async function selfSigned(folder: string, name: string) {
  const [key, cert] = ['key', 'cert'].map(kind =>
    path.join(folder, `${name}-${kind}.pem`),
  );
  const { status, stderr, error } = spawnSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'],
      ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'],
      ...['-keyout', key, '-out', cert],
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) {
    throw new Error(`openssl is needed here: ${error ?? stderr}`);
  }
  return {
    key: await readFile(key, 'utf8'),
    cert: await readFile(cert, 'utf8'),
  };
}

describeWithKafka('the kafka transport on a secured broker', () => {
  let folder: string;
  let database: TestDatabase;
  let server: KafkaServer;
  let broker: { key: string; cert: string };
  let client: { key: string; cert: string };
  const ports = { SSL: 0, SASL_SSL: 0 };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'four-keys-tls-'));
    database = await createTestDatabase();
    broker = await selfSigned(folder, 'broker');
    client = await selfSigned(folder, 'client');
    const keyStore = path.join(folder, 'key-store.pem');
    const trustStore = path.join(folder, 'trust-store.pem');
    await writeFile(keyStore, `${broker.key}${broker.cert}`);
    await writeFile(trustStore, client.cert);
    ports.SSL = await findFreePort();
    ports.SASL_SSL = await findFreePort();
    const sasl = 'listener.name.sasl_ssl';
    server = await startKafka({
      listeners: ports,
      scramUsers: { [NAME]: PASSWORD },
      settings: {
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': keyStore,
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': trustStore,
        'listener.name.ssl.ssl.client.auth': 'required',
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
        [`${sasl}.plain.sasl.jaas.config`]: `${JAAS}.plain.PlainLoginModule required user_${NAME}="${PASSWORD}";`,
        ...Object.fromEntries(
          ['256', '512'].map(bits => [
            `${sasl}.scram-sha-${bits}.sasl.jaas.config`,
            `${JAAS}.scram.ScramLoginModule required;`,
          ]),
        ),
      },
    });
  });
  afterAll(async () => {
    await server?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const create = (listener: keyof typeof ports, kafka: object) =>
    createTransport({
      config: new ConfigReader({
        fourKeys: {
          transport: 'kafka',
          kafka: {
            brokers: [`127.0.0.1:${ports[listener]}`],
            topic: `events-${randomUUID()}`,
            createTopics: true,
            partitions: 1,
            ...kafka,
          },
        },
      }),
      database: { knex: database.knex },
      logger: mockServices.logger.mock(),
    });

  const sasl = (mechanism: string, password = PASSWORD) => ({
    ssl: { ca: broker.cert },
    sasl: { mechanism, username: NAME, password },
  });

  it.each([
    ['PLAIN', 'SASL_SSL', () => sasl('plain')],
    ['SCRAM-SHA-256', 'SASL_SSL', () => sasl('scram-sha-256')],
    ['SCRAM-SHA-512', 'SASL_SSL', () => sasl('scram-sha-512')],
    [
      'a client certificate',
      'SSL',
      () => ({ ssl: { ca: broker.cert, ...client } }),
    ],
  ] as const)('writes and reads with %s', async (_, listener, kafka) => {
    const transport = await create(listener, kafka());
    await transport.append(recordsOf(['a'], 0, 3));
    const seen: string[] = [];
    await transport.subscribe({
      group: randomUUID(),
      handler: async ({ records }) => void seen.push(...records.map(textOf)),
    });
    await eventually(
      () => expect(seen).toEqual(['a0', 'a1', 'a2']),
      PATIENCE_MS,
    );
    await transport.close();
  });

  it.each([
    ['a wrong password', 'SASL_SSL', () => sasl('scram-sha-512', 'not-it')],
    [
      'an authority that it does not know',
      'SASL_SSL',
      () => ({ ...sasl('plain'), ssl: { ca: client.cert } }),
    ],
    ['no client certificate', 'SSL', () => ({ ssl: { ca: broker.cert } })],
  ] as const)('refuses %s, naming the keys', async (_, listener, kafka) => {
    const refused = create(listener, kafka());
    await expect(refused).rejects.toThrow(
      /look at the address, at fourKeys.kafka.ssl and at fourKeys.kafka.sasl: /,
    );
    await expect(refused).rejects.not.toThrow(/not-it/);
  });
});
