import { CompressionTypes, type IHeaders, type Message } from 'kafkajs';
import type { BenchEvent } from '../../bench/events';
import { BYTES_ARE_CUT } from '../controls';
import { toMessage } from '../traffic';
import type { World } from '../world';
import type { Scenario } from './types';

const MEBIBYTE = 1024 * 1024;

const nested = (depth: number): unknown =>
  depth === 0 ? 'deep' : { a: nested(depth - 1) };

/** Names given twice, values that are no text. */
const ODD_HEADERS: IHeaders = {
  twice: ['first', 'second'],
  binary: Buffer.from([0x00, 0xff, 0xfe, 0x00]),
  'nul\0in its name': 'value',
  'ce-id': Buffer.from([0xed, 0xa0, 0x80]),
  empty: '',
};

const withData = (event: BenchEvent, more: object): Message =>
  toMessage({ ...event, data: { ...event.data, ...more } });

const withMark = (event: BenchEvent) => ({
  ...event,
  data: { ...event.data, note: 'MARK' },
});

const withText = (event: BenchEvent, json: string): Message => ({
  ...toMessage(event),
  value: JSON.stringify(withMark(event)).replace('"MARK"', json),
});

/** What is wrong with a record, made from an event that would be right. */
const MALFORMED: ReadonlyArray<{
  readonly code: string;
  readonly make: (event: BenchEvent, n: number) => Message;
}> = [
  {
    code: 'not_json',
    make: (event, n) => ({ value: `{"id": "${event.id}", ${n}` }),
  },
  {
    code: 'not_json',
    make: (_, n) => ({ value: Buffer.from([0xff, 0x00, n]) }),
  },
  {
    code: 'empty_record',
    make: (_, n) => ({ key: `null-${n}`, value: null }),
  },
  {
    code: 'invalid_field',
    make: event => withData(event, { service_id: { name: 'an object' } }),
  },
  {
    code: 'missing_field',
    make: event => withData(event, { service_id: null }),
  },
  {
    code: 'unknown_type',
    make: event => toMessage({ ...event, type: 'dev.fourkeys.deploy.danced' }),
  },
  {
    code: 'unsupported_version',
    make: event => ({
      value: JSON.stringify({
        ...event,
        dataschema: 'https://four-keys.dev/schema/v2/event.json',
      }),
    }),
  },
  {
    code: 'event_too_large',
    make: event => withData(event, { log: 'x'.repeat(2 * MEBIBYTE) }),
  },
  { code: 'too_deep', make: event => withData(event, { deep: nested(40) }) },
  {
    code: 'not_json',
    make: (_, n) => ({ value: `${'['.repeat(100_000)}${n}` }),
  },
  {
    code: 'forbidden_characters',
    make: event => withText(event, '"a\\u0000b"'),
  },
  {
    code: 'forbidden_characters',
    make: event => withText(event, '"half a pair \\ud83d"'),
  },
  {
    code: 'forbidden_characters',
    make: event => withText(event, '{"__proto__": 1}'),
  },
  {
    code: 'missing_field',
    make: (event, n) => ({
      key: `key\0of ${n}`,
      headers: ODD_HEADERS,
      value: JSON.stringify({ ...event, id: undefined }),
    }),
  },
];

/** Every codec, by the broker, which packs anew whatever it is sent. */
const CODECS = ['snappy', 'lz4', 'zstd', 'gzip', 'producer'];

const TOPIC = { 'max.message.bytes': String(4 * MEBIBYTE) };

/** A batch that unpacks to more than any reader takes: as good as a codec that nobody knows. */
async function writeUnreadable(world: World, n: number): Promise<void> {
  await world.traffic.tell(
    [
      {
        key: `bomb-${n}`,
        value: Buffer.alloc(40 * MEBIBYTE, 'x'),
      },
    ],
    { letters: { empty_record: 1 } },
    CompressionTypes.GZIP,
  );
}

export const malformed: Scenario = {
  name: 'malformed',
  title:
    'Everything that is no event, of every kind and under every codec, among events',
  ci: false,
  control: BYTES_ARE_CUT,
  run: async world => {
    const { traffic, random, partitions } = world;
    await Promise.all([world.member(), world.member()]);
    let n = random.between(0, partitions - 1);
    for (const codec of CODECS) {
      await world.configureTopic({ ...TOPIC, 'compression.type': codec });
      for (const { code, make } of random.shuffle(MALFORMED)) {
        n += 1;
        const [event, good] = traffic.make(2);
        const message = { ...make(event, n), partition: n % partitions };
        await traffic.tell([message], { letters: { [code]: 1 } });
        await traffic.tell([{ ...toMessage(good), headers: ODD_HEADERS }], {
          events: 1,
        });
      }
      await traffic.send(400);
    }
    await writeUnreadable(world, n);
    await traffic.send(100);
    world.faultIsOver();
  },
};
