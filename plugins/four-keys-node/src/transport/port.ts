import type { Knex } from 'knex';

/** A record to append. @public */
export interface OutgoingRecord {
  /** Records with one key are read in the order in which they were appended. */
  readonly key: string;
  /** A structured CloudEvent as JSON. */
  readonly value: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A record as it was read, its bytes untouched. @public */
export interface TransportRecord {
  readonly partition: number;
  /** Opaque outside the transport; ordered within the partition. */
  readonly position: string;
  readonly key: string | null;
  /** Null where the producer wrote none; never an event, always a dead letter. */
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** When the transport took it, milliseconds since the epoch. */
  readonly appendedAt: number;
}

/** What a handler gets: records of one or more partitions, in order within each. @public */
export interface TransportBatch {
  readonly records: readonly TransportRecord[];
  /**
   * Saves the positions of this batch within the caller's transaction, so that
   * what the batch wrote and where to go on stand or fall together.
   *
   * A handler that returns without calling it leaves saving to the transport,
   * which then does so on its own.
   *
   * @throws StaleConsumerError when another member owns the partitions by now:
   * the transaction must then be rolled back.
   */
  savePositions(tx: Knex.Transaction): Promise<void>;
  /**
   * Leaves partitions where they are: their records in this batch do not count
   * as read and come again after so many milliseconds, while the others go on.
   * To be called before {@link savePositions}.
   */
  hold(partitions: readonly number[], forMs: number): void;
  /**
   * Aborted when the partitions went to another member, or when `stop()` has
   * waited long enough for the handler.
   */
  readonly signal: AbortSignal;
}

/** @public */
export interface SubscribeOptions {
  /** Members of one group share the partitions. */
  readonly group: string;
  /** Most records in a batch; default 1000. */
  readonly maxRecords?: number;
  /** How long to wait for a batch to fill, in milliseconds; default 200. */
  readonly maxWaitMs?: number;
  /**
   * Handles a batch. When it throws, nothing of the batch counts as read and
   * the same records come again after a pause that grows up to 30 s.
   */
  readonly handler: (batch: TransportBatch) => Promise<void>;
  /** Told of every failure of the handler or of the transport. */
  readonly onError?: (error: unknown) => void;
}

/** @public */
export interface TransportSubscription {
  pause(): void;
  resume(): void;
  readonly paused: boolean;
  /**
   * When the loop last went round, milliseconds since the epoch. Stands still
   * while a handler works.
   */
  readonly lastTickAt: number;
  /** The partitions that this member owns now. */
  readonly partitions: readonly number[];
  /**
   * Finishes the batch in flight, gives the partitions back and ends. Aborts
   * the batch's signal when that takes more than 10 s.
   */
  stop(): Promise<void>;
}

/** What a topic beside the log of the events holds. @public */
export type SideTopic = 'deadLetters';

/** A record for a topic beside the log. @public */
export interface SideRecord {
  readonly key: string;
  /** Null: a record without a value. */
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes to a topic beside the log. @public */
export interface SideWriter {
  readonly topic: string;
  /**
   * Resolves once every record is durable; on failure any of them may have
   * been written.
   *
   * @throws InputError when one of them is larger than the topic takes.
   * @throws ServiceUnavailableError when it takes none now.
   */
  append(records: readonly SideRecord[]): Promise<void>;
}

/** Where a group stands in one partition. @public */
export interface PartitionPosition {
  readonly partition: number;
  /** Null: nothing read yet. */
  readonly committed: string | null;
  /** Null: nothing appended yet, or dropped by retention. */
  readonly end: string | null;
  /** Records not yet read. */
  readonly lag: number;
}

/**
 * A durable, ordered, partitioned log with consumer groups. Two
 * implementations, one contract test suite.
 *
 * @public
 */
export interface Transport {
  readonly name: string;
  /** The name of the log, for those who look for a record in it; not there: it has none. */
  readonly topic?: string;
  /** The topics beside the log that are switched on; not there: it can have none. */
  readonly sides?: Readonly<Partial<Record<SideTopic, SideWriter>>>;
  /** Resolves once every record is durable; on failure any of them may have been written. */
  append(records: readonly OutgoingRecord[]): Promise<void>;
  /**
   * Joins a group, which starts at the beginning of the log. Rejects when the
   * transport cannot be reached now; once it answered, failures of the
   * transport are waited out and told to `onError`.
   */
  subscribe(options: SubscribeOptions): Promise<TransportSubscription>;
  positions(group: string): Promise<PartitionPosition[]>;
  /** Records appended and not yet read by the group. */
  lag(group: string): Promise<number>;
  /**
   * Records that wait elsewhere until the transport takes them; not there: it
   * has no such place.
   */
  spilled?(): Promise<number>;
  /** Rejects with a reason when the transport cannot take records now. */
  ping(): Promise<void>;
  /** Stops every subscription and releases what was opened. */
  close(): Promise<void>;
}

/** Another member of the group has taken over; what this one did must not count. @public */
export class StaleConsumerError extends Error {
  readonly name = 'StaleConsumerError';
}
