import { Decompress } from 'fzstd';
import { promisify } from 'util';
import * as zlib from 'zlib';
import { Output } from './Output';

/** Node.js brings Zstandard since 22.15 and 23.8. */
const native =
  typeof zlib.zstdDecompress === 'function'
    ? promisify(zlib.zstdDecompress)
    : undefined;

/** @throws when it is none, is cut short or unpacks to more than the limit. */
export async function unpackZstd(
  packed: Buffer,
  limit: number,
): Promise<Buffer> {
  return native
    ? native(packed, { maxOutputLength: limit })
    : unpackInJavaScript(packed, limit);
}

/** For Node.js that cannot do it. */
export function unpackInJavaScript(packed: Buffer, limit: number): Buffer {
  const output = new Output(limit, packed.length * 4);
  let isDone = false;
  const stream = new Decompress((chunk, isLast) => {
    output.append(chunk);
    isDone ||= isLast === true;
  });
  stream.push(packed, true);
  if (!isDone) {
    throw new RangeError('Ends too early');
  }
  return output.take();
}
