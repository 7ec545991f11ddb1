import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { promisify } from 'util';
import * as zlib from 'zlib';
import { unpackLz4 } from './lz4';
import { placeholders } from './placeholders';
import { unpackSnappy } from './snappy';
import { unpackZstd } from './zstd';

/** A megabyte of what anybody may write must not become gigabytes of memory. */
export const MOST_UNPACKED_BYTES = 32 * 1024 * 1024;

const gunzip = promisify(zlib.gunzip);

type Unpack = (packed: Buffer, limit: number) => Promise<Buffer> | Buffer;

const UNPACK: Readonly<Record<string, Unpack>> = {
  GZIP: (packed, limit) => gunzip(packed, { maxOutputLength: limit }),
  Snappy: unpackSnappy,
  LZ4: unpackLz4,
  ZSTD: unpackZstd,
};

/** The one that kafkajs brings, which knows no limit. */
const ownGzip = CompressionCodecs[CompressionTypes.GZIP];

/**
 * Gives kafkajs every codec that a producer may use.
 *
 * A batch that cannot be unpacked would stop the partition for good: every
 * fetch brings the same one and fails. Instead its records are read as records
 * without a value and with a header that says why, which become dead letters;
 * the bytes stay in the topic.
 *
 * All of a process share these codecs, so one that another plugin has taught
 * already is kept.
 */
export function teachCodecs(): void {
  for (const name of ['Snappy', 'LZ4', 'ZSTD'] as const) {
    const type = CompressionTypes[name];
    if (!isTaught(type)) {
      CompressionCodecs[type] = codec(name);
    }
  }
  if (CompressionCodecs[CompressionTypes.GZIP] === ownGzip) {
    CompressionCodecs[CompressionTypes.GZIP] = codec(
      'GZIP',
      ownGzip().compress,
    );
  }
}

function isTaught(type: keyof typeof CompressionCodecs): boolean {
  try {
    CompressionCodecs[type]();
    return true;
  } catch {
    return false;
  }
}

function codec(
  name: string,
  compress: ReturnType<typeof ownGzip>['compress'] = () => {
    throw new Error(`Four Keys does not compress with ${name}`);
  },
) {
  return () => ({
    compress,
    decompress: async (packed: Buffer): Promise<Buffer> => {
      try {
        return await UNPACK[name](packed, MOST_UNPACKED_BYTES);
      } catch {
        return placeholders(name.toLowerCase());
      }
    },
  });
}
