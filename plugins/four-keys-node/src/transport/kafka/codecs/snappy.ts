import { Input, Output } from './Output';

/** How the Java client begins: blocks follow, each with its length before it. */
const FRAMED = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const VERSIONS_BYTES = 8;

/**
 * Unpacks Snappy, in the blocks of the Java client or without, as other
 * clients write it.
 *
 * @throws RangeError when it is none, is cut short or unpacks to more than the
 * limit.
 */
export function unpackSnappy(packed: Buffer, limit: number): Buffer {
  const output = new Output(limit, packed.length * 4);
  if (!packed.subarray(0, FRAMED.length).equals(FRAMED)) {
    unpackBlock(packed, output);
    return output.take();
  }
  const input = new Input(packed);
  input.skip(FRAMED.length + VERSIONS_BYTES);
  do {
    unpackBlock(input.bytes(input.bytes(4).readUInt32BE()), output);
  } while (!input.isAtEnd);
  return output.take();
}

function unpackBlock(block: Buffer, output: Output): void {
  const input = new Input(block);
  const end = output.length + contentLength(input);
  while (!input.isAtEnd) {
    const tag = input.byte();
    const high = tag >> 2;
    switch (tag & 3) {
      case 0: {
        const length = high < 60 ? high : input.uint(high - 59);
        output.append(input.bytes(length + 1));
        break;
      }
      case 1:
        output.repeat(((tag >> 5) << 8) | input.byte(), (high & 7) + 4);
        break;
      case 2:
        output.repeat(input.uint(2), high + 1);
        break;
      default:
        output.repeat(input.uint(4), high + 1);
    }
  }
  if (output.length !== end) {
    throw new RangeError('Not as long as it says');
  }
}

/** Seven bits a byte, the lowest first. */
function contentLength(input: Input): number {
  let length = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = input.byte();
    length += (byte & 127) * scale;
    if (byte < 128) {
      return length;
    }
  }
}
