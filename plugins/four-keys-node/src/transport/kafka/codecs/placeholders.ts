/** Names the codec in a record that stands for one that cannot be unpacked. */
export const UNREADABLE_HEADER = 'four-keys-unreadable';

const MOST_RECORDS_IN_A_BATCH = 200_000;
const made = new Map<string, Buffer>();

/**
 * A batch says how many records it has, but not to its codec: as many as any
 * producer sends, of which kafkajs reads the first so many.
 */
export function placeholders(name: string): Buffer {
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
