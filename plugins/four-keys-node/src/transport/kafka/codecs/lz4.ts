import { Input, Output } from './Output';

const MAGIC = 0x184d2204;
const SKIPPABLE = 0x184d2a50;
const SHORTEST_MATCH = 4;
const LONG = 15;

/**
 * Unpacks the LZ4 frame format, as all clients of Kafka write it. Checksums
 * are passed over: the connection has protected the bytes.
 *
 * @throws RangeError when it is none, is cut short or unpacks to more than the
 * limit.
 */
export function unpackLz4(packed: Buffer, limit: number): Buffer {
  const input = new Input(packed);
  const output = new Output(limit, packed.length * 4);
  while (!input.isAtEnd) {
    const magic = input.uint(4);
    if (magic === MAGIC) {
      unpackFrame(input, output);
    } else if (magic >= SKIPPABLE && magic <= SKIPPABLE + 15) {
      input.skip(input.uint(4));
    } else {
      throw new RangeError('No LZ4 frame');
    }
  }
  return output.take();
}

function unpackFrame(input: Input, output: Output): void {
  const flags = input.byte();
  const has = (bit: number) => ((flags >> bit) & 1) === 1;
  if (flags >> 6 !== 1) {
    throw new RangeError('A version of LZ4 frames that is not known');
  }
  input.skip(1); // how large blocks are
  input.skip(has(3) ? 8 : 0); // how large the content is
  input.skip(has(0) ? 4 : 0); // dictionary
  input.skip(1); // checksum of the header
  for (let size = input.uint(4); size !== 0; size = input.uint(4)) {
    const isPlain = size >= 0x80000000;
    const block = input.bytes(isPlain ? size - 0x80000000 : size);
    if (isPlain) {
      output.append(block);
    } else {
      unpackBlock(new Input(block), output);
    }
    input.skip(has(4) ? 4 : 0);
  }
  input.skip(has(2) ? 4 : 0);
}

function unpackBlock(input: Input, output: Output): void {
  while (!input.isAtEnd) {
    const token = input.byte();
    output.append(input.bytes(lengthOf(token >> 4, input)));
    // The last sequence has no repetition.
    if (!input.isAtEnd) {
      const distance = input.uint(2);
      output.repeat(distance, SHORTEST_MATCH + lengthOf(token & LONG, input));
    }
  }
}

function lengthOf(start: number, input: Input): number {
  let length = start;
  if (start === LONG) {
    let more: number;
    do {
      more = input.byte();
      length += more;
    } while (more === 255);
  }
  return length;
}
