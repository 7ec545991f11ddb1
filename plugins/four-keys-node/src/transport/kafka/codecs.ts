import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { promisify } from 'util';
import * as zlib from 'zlib';

/** Names the codec in a record that stands for one that cannot be read. */
export const UNREADABLE_HEADER = 'four-keys-unreadable';

type Decompress = (compressed: Buffer) => Promise<Buffer>;

/**
 * Gives kafkajs, which only brings gzip, a way to deal with every codec.
 *
 * A codec without a decoder would stop the partition for good: every fetch
 * brings the same batch and fails. Instead its records are read as records
 * without a value and with a header that says why, which become dead letters;
 * the bytes stay in the topic.
 *
 * All of a process share these codecs, so one that another plugin has taught
 * already is kept.
 */
export function teachCodecs(): void {
  teach(CompressionTypes.ZSTD, codec('zstd', zstd()));
  teach(CompressionTypes.Snappy, codec('snappy'));
  teach(CompressionTypes.LZ4, codec('lz4'));
}

function teach(
  type: keyof typeof CompressionCodecs,
  decoder: ReturnType<typeof codec>,
): void {
  try {
    CompressionCodecs[type]();
  } catch {
    CompressionCodecs[type] = decoder;
  }
}

/** Node.js decodes Zstandard since 22.15 and 23.8. */
function zstd(): Decompress | undefined {
  return typeof zlib.zstdDecompress === 'function'
    ? promisify(zlib.zstdDecompress)
    : undefined;
}

function codec(name: string, decompress?: Decompress) {
  return () => ({
    compress: (): Promise<Buffer> => {
      throw new Error(`Four Keys does not compress with ${name}`);
    },
    decompress: async (compressed: Buffer): Promise<Buffer> => {
      try {
        return decompress ? await decompress(compressed) : placeholders(name);
      } catch {
        return placeholders(name);
      }
    },
  });
}

const MOST_RECORDS_IN_A_BATCH = 200_000;
const made = new Map<string, Buffer>();

/**
 * A batch says how many records it has, but not to its codec: as many as any
 * producer sends, of which kafkajs reads the first so many.
 */
function placeholders(name: string): Buffer {
  let bytes = made.get(name);
  if (!bytes) {
    const tail = Buffer.concat([
      varint(-1), // no key
      varint(-1), // no value
      varint(1), // headers
      text(UNREADABLE_HEADER),
      text(name),
    ]);
    bytes = Buffer.concat(
      Array.from({ length: MOST_RECORDS_IN_A_BATCH }, (_, n) =>
        placeholder(n, tail),
      ),
    );
    made.set(name, bytes);
  }
  return bytes;
}

/** A record of the message format v2, without key and value. */
function placeholder(offset: number, tail: Buffer): Buffer {
  const place = varint(offset);
  const start = [0, 0]; // attributes and time
  const length = varint(start.length + place.length + tail.length);
  return Buffer.concat([length, Buffer.from(start), place, tail]);
}

function text(value: string): Buffer {
  return Buffer.concat([varint(value.length), Buffer.from(value)]);
}

/** Zigzag, then seven bits a byte, the lowest first. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value < 0 ? -value * 2 - 1 : value * 2;
  while (rest > 0x7f) {
    bytes.push(0x80 + (rest % 0x80));
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
