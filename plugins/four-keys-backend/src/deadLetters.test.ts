import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { InputError, ServiceUnavailableError } from '@backstage/errors';
import {
  createTransport,
  type SideRecord,
  type Transport,
  type TransportRecord,
} from '@four-keys/backstage-plugin-four-keys-node';
import {
  eventually,
  startFourKeys,
  type TestFourKeys,
} from './__testUtils__/testBackend';
import { Breaker } from './collector/Breaker';
import { countUnforwarded, type UnforwardedLetter } from './collector';
import { DeadLetterRelay } from './collector/DeadLetterRelay';
import { insertDeadLetters } from './collector/deadLetters';
import { failedRecord } from './collector/decode';
import { FloodGauge } from './collector/FloodGauge';

jest.setTimeout(90_000);

const API = '/api/four-keys';
const LONG_MS = 30_000;

const deployment = (id: string) => ({
  specversion: '1.0',
  id,
  source: 'ci.test',
  type: 'com.example.deploy.completed',
  time: '2026-06-10T12:50:12Z',
  data: {
    service_id: 'orders',
    deployment_id: id,
    environment: 'production',
    status: 'success',
  },
});

describe('dead letters and floods of them', () => {
  let fourKeys: TestFourKeys;
  let transport: Transport;

  beforeAll(async () => {
    fourKeys = await startFourKeys();
    // As a producer that does not use our API.
    transport = await createTransport({
      config: new ConfigReader({}),
      database: {
        knex: fourKeys.knex,
        connection: fourKeys.connectionString,
        skipMigrations: true,
      },
      logger: mockServices.logger.mock(),
    });
  });
  afterAll(async () => {
    await transport?.close();
    await fourKeys?.stop();
  });

  const write = (values: readonly string[], key = 'orders') =>
    transport.append(values.map(text => ({ key, value: Buffer.from(text) })));
  const letters = async () =>
    Number((await fourKeys.knex('dead_letters').count({ n: '*' }))[0].n);
  const lettersAre = (count: number) =>
    eventually(letters, n => n === count, LONG_MS);
  /** All of them, once the one with this text is there. */
  const lettersOnceRead = (text: string) =>
    eventually(
      () =>
        fourKeys.knex('dead_letters').orderBy('id') as Promise<
          Array<UnforwardedLetter>
        >,
      rows => String(rows.at(-1)?.payload) === text,
      LONG_MS,
    );
  const health = async () =>
    (await fourKeys.client.get(`${API}/pipeline/health`)).body;
  const replay = (body: object) =>
    fourKeys.client.post(`${API}/dead-letters/replay`).send(body);

  it('sends a selection again, each once, and not those that this makes', async () => {
    const started = new Date().toISOString();
    await write(Array.from({ length: 5 }, (_, n) => `no json ${n}`));
    await write(['{"specversion":"1.0"}'], 'other');
    expect(await lettersAre(6)).toBe(6);

    const first = await replay({ code: 'not_json', since: started });
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      replayed: 5,
      alreadyReplayed: 0,
      skipped: [],
      upTo: expect.any(String),
      remaining: 0,
    });
    expect(await lettersAre(11)).toBe(11);
    const again = await replay({ code: 'not_json', upTo: first.body.upTo });
    expect(again.body).toMatchObject({ replayed: 0, alreadyReplayed: 5 });

    const ids = await fourKeys
      .knex('dead_letters')
      .whereNull('replayed_at')
      .orderBy('id')
      .pluck('id');
    const [one, two] = await Promise.all([
      replay({ ids: ids.slice(0, 2) }),
      replay({ ids: ids.slice(0, 2) }),
    ]);
    expect(one.body.replayed + two.body.replayed).toBe(2);
    expect(await lettersAre(13)).toBe(13);
    expect(fourKeys.audit.map(({ eventId }) => eventId)).toContain(
      'dead-letters-replay',
    );
  });

  it('keeps a record whose key and headers hold what no text of the database can', async () => {
    const record: TransportRecord = {
      partition: 3,
      position: 'odd',
      key: 'a\0key',
      value: Buffer.from('no\0json'),
      headers: { 'na\0me': 'val\0ue' },
      appendedAt: Date.now(),
    };
    const failed = failedRecord(record, {
      stage: 'decode',
      code: 'not_json',
      message: 'no JSON',
    });
    const tx = await fourKeys.knex.transaction();
    try {
      await insertDeadLetters(tx, 'test', [failed]);
      expect(
        await tx('dead_letters')
          .where({ transport: 'test' })
          .select('record_key', 'headers', 'payload'),
      ).toEqual([
        {
          record_key: 'a\uFFFDkey',
          headers: { 'na\uFFFDme': 'val\uFFFDue' },
          payload: record.value,
        },
      ]);
    } finally {
      await tx.rollback();
    }
  });

  it.each([
    [{}, /ids and since, code and source are missing/],
    [{ ids: ['x'] }, /"x", which is no id of a dead letter/],
    [{ since: 'yesterday' }, /since is "yesterday"; write a time/],
  ])('refuses the selection %j', async (body, message) => {
    const answer = await replay(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toMatch(message);
  });

  it('stops a partition at a flood, says so, and goes on when a person says so', async () => {
    const before = await letters();
    await write([
      ...Array.from({ length: 150 }, (_, n) => `flood ${n}`),
      JSON.stringify(deployment('behind-the-flood')),
    ]);
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await write([JSON.stringify(deployment(`beside-${key}`))], key);
    }
    const stopped = await eventually(
      health,
      ({ quarantine, lag }) =>
        quarantine.length > 0 && lag === quarantine[0].waiting,
      LONG_MS,
    );
    expect(stopped.status).toBe('degraded');
    expect(stopped.quarantine).toEqual([
      expect.objectContaining({
        reason: expect.stringMatching(/cannot be used/),
        waiting: expect.any(Number),
      }),
    ]);
    const [{ partition, waiting }] = stopped.quarantine;
    expect(waiting).toBeGreaterThanOrEqual(151);
    expect(waiting).toBeLessThan(151 + 6);
    expect(stopped.problems.join()).toContain(
      `POST /pipeline/quarantine/${partition}/release`,
    );
    expect(await letters()).toBe(before);

    const release = (n: number | string) =>
      fourKeys.client.post(`${API}/pipeline/quarantine/${n}/release`);
    expect((await release(9999)).body.error.code).toBe('unknown_quarantine');
    expect((await release('all')).status).toBe(400);
    expect((await release(partition)).status).toBe(200);
    expect(await lettersAre(before + 150)).toBe(before + 150);
    expect(
      await eventually(
        () => fourKeys.knex('claims').pluck('id'),
        found => found.includes('behind-the-flood'),
        LONG_MS,
      ),
    ).toEqual(
      expect.arrayContaining(['behind-the-flood', 'beside-a', 'beside-f']),
    );
    expect((await health()).quarantine).toEqual([]);
    expect(fourKeys.audit).toContainEqual({
      eventId: 'quarantine-release',
      meta: { partition: String(partition) },
      outcome: 'success',
    });
  });

  it('writes them to their topic in order, once it takes them, and without bytes that are too large', async () => {
    const written: SideRecord[] = [];
    let away = 2;
    const relay = new DeadLetterRelay({
      knex: fourKeys.knex,
      writer: {
        topic: 'events.dlq',
        append: async records => {
          if (away > 0) {
            away -= 1;
            throw new ServiceUnavailableError('Kafka is away');
          }
          if (records.some(({ value }) => value?.includes('flood 7'))) {
            throw new InputError('too large');
          }
          written.push(...records);
        },
      },
      source: { transport: 'postgres', topic: 'events' },
      logger: mockServices.logger.mock(),
      clock: Date.now,
    });
    await write(['a letter'], 'a key');
    const before = await lettersOnceRead('a letter');
    relay.start();
    expect(
      await eventually(
        () => countUnforwarded(fourKeys.knex),
        waiting => waiting === 0,
        LONG_MS,
      ),
    ).toBe(0);
    await relay.stop();
    expect(away).toBe(0);

    const ids = written.map(({ headers }) => headers?.['dlq-id']);
    expect(ids.length).toBeGreaterThan(100);
    expect(new Set(ids)).toEqual(new Set(before.map(({ id }) => id)));
    const last = before[before.length - 1];
    const sent = written.find(({ headers }) => headers?.['dlq-id'] === last.id);
    expect(sent).toEqual({
      key: 'a key',
      value: Buffer.from('a letter'),
      headers: {
        'dlq-id': last.id,
        'dlq-reason': 'not_json',
        'dlq-message': expect.stringMatching(/no JSON/),
        'dlq-stage': 'decode',
        'dlq-source-transport': 'postgres',
        'dlq-source-topic': 'events',
        'dlq-source-partition': String(last.partition),
        'dlq-source-offset': last.position,
        'dlq-source-time': last.received_at.toISOString(),
      },
    });
    const omitted = written.filter(({ value }) => value === null);
    expect(omitted.length).toBeGreaterThan(0);
    for (const { headers } of omitted) {
      expect(headers).toMatchObject({ 'dlq-omitted': 'too_large' });
    }
  });

  it('goes on by itself when the records are good again, and passes a flood that nobody looks after', async () => {
    let now = Date.now();
    const breaker = new Breaker({
      transport: 'test',
      logger: mockServices.logger.mock(),
      clock: () => now,
      trialEveryMs: 1000,
    });
    const judge = (usable: readonly boolean[]) =>
      fourKeys.knex.transaction(async tx => {
        const { held, settle } = await breaker.judge(
          tx,
          usable.map(isUsable => ({
            record: { partition: 3, appendedAt: now } as TransportRecord,
            isUsable,
          })),
        );
        settle();
        return held.has(3) ? 'held' : 'through';
      });
    const bad = Array<boolean>(150).fill(false);
    const good = Array<boolean>(150).fill(true);
    expect(await judge(good)).toBe('through');
    expect(await judge(bad)).toBe('held');
    expect(await judge(bad)).toBe('held');
    now += 1000;
    expect(await judge(bad)).toBe('through');
    expect(await judge([...bad, ...good])).toBe('held');
    now += 1000;
    expect(await judge([...bad, ...good])).toBe('through');
    expect(await judge(good)).toBe('through');
  });
});

describe('FloodGauge', () => {
  const first = (usable: readonly boolean[]) => {
    const gauge = new FloodGauge();
    return usable.findIndex(one => gauge.add(one) !== undefined) + 1;
  };

  it('sees a flood in a hundred in a row, or in more than a fifth of them', () => {
    const pattern = (every: number, length: number) =>
      Array.from({ length }, (_, n) => n % every !== 0);
    expect(first(Array<boolean>(200).fill(false))).toBe(100);
    expect(first(pattern(4, 400))).toBe(100);
    expect(first(pattern(6, 5000))).toBe(0);
    expect(
      first([...Array<boolean>(900).fill(true), ...pattern(2, 900)]),
    ).toBeLessThan(1700);
  });
});
