import type { Batch, IHeaders, KafkaMessage } from 'kafkajs';
import type { Fetched } from './RecordBuffer';

/** The records of a fetched batch, bytes untouched. */
export function decodeBatch(batch: Batch): Fetched[] {
  const { messages, partition } = batch;
  const last = messages.length - 1;
  return messages.map((message, n) => ({
    record: {
      partition,
      position: message.offset,
      key: message.key === null ? null : message.key.toString('utf8'),
      value: message.value,
      headers: decodeHeaders(message.headers),
      appendedAt: Number(message.timestamp),
    },
    offset: BigInt(message.offset),
    // A transaction ends with a marker that is no record: past it too, or the
    // partition would never look read to its end.
    next: BigInt(n === last ? batch.lastOffset() : message.offset) + 1n,
    bytes: sizeOf(message),
  }));
}

const RECORD_OVERHEAD = 200;

function sizeOf({ key, value }: KafkaMessage): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + RECORD_OVERHEAD;
}

/** Headers arrive as bytes, and a name that is given twice as a list: the last one holds. */
function decodeHeaders(headers: IHeaders = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const last = Array.isArray(value) ? value[value.length - 1] : value;
      return [name, last === undefined ? '' : last.toString()];
    }),
  );
}
