import type { TransportRecord } from '../port';
import type { Step } from './positions';

/** A record, and where to go on after it. */
export interface Fetched {
  readonly record: TransportRecord;
  readonly offset: bigint;
  readonly next: bigint;
  readonly bytes: number;
}

/** Records for the handler, and the steps that reading them makes. */
export interface Taken {
  readonly records: readonly TransportRecord[];
  readonly steps: readonly Step[];
}

interface Lane {
  position: bigint;
  expected: bigint;
  readonly waiting: Fetched[];
}

/**
 * What was fetched and not yet handled, by partition. Records stay until they
 * are done, so that a handler that failed gets the same again.
 */
export class RecordBuffer {
  #lanes = new Map<number, Lane>();
  #records = 0;
  #bytes = 0;
  #oldestAt = 0;
  #turn = 0;

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** When the records that wait began to, milliseconds since the epoch. */
  get oldestAt(): number {
    return this.#oldestAt;
  }

  /** Forgets everything and starts at these offsets. */
  reset(positions: ReadonlyMap<number, bigint>): void {
    this.#lanes = new Map();
    this.#records = 0;
    this.#bytes = 0;
    this.open(positions);
  }

  /** Takes records of these partitions too, from these offsets. */
  open(positions: ReadonlyMap<number, bigint>): void {
    for (const [partition, position] of positions) {
      this.drop(partition);
      this.#lanes.set(partition, {
        position,
        expected: position,
        waiting: [],
      });
    }
  }

  /** Forgets a partition, and takes nothing of it until it is opened again. */
  drop(partition: number): void {
    this.#forget(this.#lanes.get(partition)?.waiting ?? []);
    this.#lanes.delete(partition);
  }

  /** The offset that a partition waits for; undefined: not ours. */
  expected(partition: number): bigint | undefined {
    return this.#lanes.get(partition)?.expected;
  }

  /** Takes what follows what it has; repetitions are left out. */
  add(partition: number, fetched: readonly Fetched[]): void {
    const lane = this.#lanes.get(partition);
    if (!lane) {
      return;
    }
    const fresh = fetched.filter(({ offset }) => offset >= lane.expected);
    if (fresh.length === 0) {
      return;
    }
    if (this.#records === 0) {
      this.#oldestAt = Date.now();
    }
    for (const entry of fresh) {
      lane.waiting.push(entry);
      this.#bytes += entry.bytes;
    }
    this.#records += fresh.length;
    lane.expected = fresh[fresh.length - 1].next;
  }

  /** The first records of the partitions, which take turns to be the first. */
  take(limits: { maxRecords: number; maxBytes: number }): Taken | undefined {
    const lanes = [...this.#lanes];
    const first = lanes.length > 0 ? (this.#turn += 1) % lanes.length : 0;
    const records: TransportRecord[] = [];
    const steps: Step[] = [];
    let bytes = 0;
    for (const [partition, lane] of [
      ...lanes.slice(first),
      ...lanes.slice(0, first),
    ]) {
      let to = lane.position;
      for (const entry of lane.waiting) {
        bytes += entry.bytes;
        const isFull =
          records.length === limits.maxRecords || bytes > limits.maxBytes;
        if (isFull && records.length > 0) {
          break;
        }
        records.push(entry.record);
        to = entry.next;
      }
      if (to !== lane.position) {
        steps.push({ partition, from: lane.position, to });
      }
    }
    return records.length > 0 ? { records, steps } : undefined;
  }

  /** The steps are made: their records are done. */
  finish(steps: readonly Step[]): void {
    for (const { partition, to } of steps) {
      const lane = this.#lanes.get(partition);
      if (lane) {
        const left = lane.waiting.findIndex(({ offset }) => offset >= to);
        const done = lane.waiting.splice(
          0,
          left === -1 ? lane.waiting.length : left,
        );
        this.#forget(done);
        lane.position = to;
      }
    }
    this.#oldestAt = Date.now();
  }

  #forget(entries: readonly Fetched[]): void {
    this.#records -= entries.length;
    this.#bytes -= entries.reduce((sum, entry) => sum + entry.bytes, 0);
  }
}
