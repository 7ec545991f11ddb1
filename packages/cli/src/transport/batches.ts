import { MAX_BATCH, MAX_BODY_BYTES } from './client';

/** Something with an event in it, such as its line in a file. */
export interface Sized<T> {
  readonly item: T;
  /** Bytes of the event's JSON. */
  readonly bytes: number;
}

/** Groups items into request bodies that the collector and proxies take. */
export async function* inBatches<T>(
  items: AsyncIterable<Sized<T>> | Iterable<Sized<T>>,
): AsyncGenerator<T[]> {
  let batch: T[] = [];
  // The brackets; every further event costs a comma.
  let size = 2;
  for await (const { item, bytes } of items) {
    const full =
      batch.length === MAX_BATCH || size + bytes + 1 > MAX_BODY_BYTES;
    if (full && batch.length > 0) {
      yield batch;
      batch = [];
      size = 2;
    }
    batch.push(item);
    size += bytes + 1;
  }
  if (batch.length > 0) {
    yield batch;
  }
}

/** Wraps an event for {@link inBatches}. */
export const sized = <T>(item: T): Sized<T> => ({
  item,
  bytes: Buffer.byteLength(JSON.stringify(item)),
});
