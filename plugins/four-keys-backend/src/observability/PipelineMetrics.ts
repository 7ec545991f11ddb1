import { INSTRUMENTS } from './instruments';
import type { MetricsService } from './platform';

/** Where an event is counted. */
export type Stage = 'ingest' | 'collector';

/** What became of a batch that was stored. */
export interface StoredBatch {
  readonly records: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** The codes of the records that became dead letters, one each. */
  readonly rejected: readonly string[];
  readonly seconds: number;
  /** From the acceptance of its oldest record until now. */
  readonly delaySeconds: number;
}

interface Instrument {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly boundaries?: readonly number[];
}

const optionsOf = ({ unit, description, boundaries }: Instrument) => ({
  unit,
  description,
  ...(boundaries && { advice: { explicitBucketBoundaries: [...boundaries] } }),
});

/** Counts and times what the pipeline of this process does. */
export class PipelineMetrics {
  readonly #received;
  readonly #accepted;
  readonly #rejected;
  readonly #repeated;
  readonly #batchSize;
  readonly #transaction;
  readonly #delay;
  readonly #recompute;
  readonly #recomputed;

  constructor(metrics: MetricsService) {
    const counter = (of: Instrument) =>
      metrics.createCounter(of.name, optionsOf(of));
    const histogram = (of: Instrument) =>
      metrics.createHistogram(of.name, optionsOf(of));
    this.#received = counter(INSTRUMENTS.received);
    this.#accepted = counter(INSTRUMENTS.accepted);
    this.#rejected = counter(INSTRUMENTS.rejected);
    this.#repeated = counter(INSTRUMENTS.repeated);
    this.#batchSize = histogram(INSTRUMENTS.batchSize);
    this.#transaction = histogram(INSTRUMENTS.transaction);
    this.#delay = histogram(INSTRUMENTS.delay);
    this.#recompute = histogram(INSTRUMENTS.recompute);
    this.#recomputed = counter(INSTRUMENTS.recomputed);
  }

  /** Events came in over HTTP. */
  ingested(options: {
    readonly received: number;
    readonly accepted: number;
    readonly rejected: readonly string[];
  }): void {
    this.#received.add(options.received, { stage: 'ingest' });
    this.#accepted.add(options.accepted, { stage: 'ingest' });
    this.#reject('ingest', options.rejected);
  }

  /** A batch was committed. */
  stored(batch: StoredBatch): void {
    const stage = 'collector';
    this.#received.add(batch.records, { stage });
    this.#accepted.add(batch.stored, { stage });
    this.#repeated.add(batch.duplicates, { kind: 'duplicate' });
    this.#repeated.add(batch.conflicts, { kind: 'conflict' });
    this.#reject(stage, batch.rejected);
    this.#batchSize.record(batch.records);
    this.#transaction.record(batch.seconds, { outcome: 'stored' });
    this.#delay.record(batch.delaySeconds);
  }

  /** A batch was rolled back and comes again. */
  failed(seconds: number): void {
    this.#transaction.record(seconds, { outcome: 'failed' });
  }

  /** A round of the recompute worker is over. */
  recomputed(round: {
    readonly services: number;
    readonly seconds: number;
    readonly outcome: 'done' | 'failed';
  }): void {
    this.#recomputed.add(round.services);
    this.#recompute.record(round.seconds, { outcome: round.outcome });
  }

  #reject(stage: Stage, reasons: readonly string[]): void {
    for (const reason of reasons) {
      this.#rejected.add(1, { stage, reason });
    }
  }
}
