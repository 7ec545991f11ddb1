import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Transport } from '@four-keys/backstage-plugin-four-keys-node';
import type { Knex } from 'knex';
import {
  COLLECTOR_GROUP,
  countDeadLettersByReason,
  countUnforwarded,
  readQuarantines,
} from '../collector';
import { dirtyBacklog } from '../derivation';
import { INSTRUMENTS } from './instruments';
import type { MetricsService } from './platform';

type GaugeInstrument = (typeof INSTRUMENTS)[
  | 'lag'
  | 'dirty'
  | 'deadLetters'
  | 'unforwarded'
  | 'quarantined'
  | 'spilled'
  | 'loopAge'];

/**
 * Reports the state of the pipeline to whoever collects metrics. All instances
 * share one database and report the same state, so dashboards take the largest
 * value, not the sum.
 *
 * @returns a function that ends it.
 */
export function observePipeline(options: {
  readonly metrics: MetricsService;
  readonly logger: LoggerService;
  readonly clock: () => number;
  readonly knex: Knex;
  readonly transport: Transport;
  /** When each loop of this process last went round; null: it does not run here. */
  readonly loops: () => Readonly<Record<string, number | null>>;
}): () => void {
  const { metrics, logger, clock, knex, transport, loops } = options;
  const ends: Array<() => void> = [];
  const create = ({ name, unit, description }: GaugeInstrument) =>
    metrics.createObservableGauge(name, { unit, description });

  const observe = (
    instrument: Parameters<typeof create>[0],
    ask: () => Promise<number>,
  ) => {
    const gauge = create(instrument);
    const callback: Parameters<typeof gauge.addCallback>[0] = async result => {
      try {
        result.observe(await ask());
      } catch (error) {
        // No value says more than a wrong one: alerts watch for its absence.
        logger.debug(`${instrument.name} cannot be told now: ${error}`);
      }
    };
    gauge.addCallback(callback);
    ends.push(() => gauge.removeCallback(callback));
  };
  observe(INSTRUMENTS.lag, () => transport.lag(COLLECTOR_GROUP));
  observe(INSTRUMENTS.dirty, () => dirtyBacklog(knex));
  observe(INSTRUMENTS.deadLetters, async () => {
    const reasons = await countDeadLettersByReason(knex);
    return reasons.reduce((sum, { count }) => sum + count, 0);
  });
  observe(INSTRUMENTS.unforwarded, async () =>
    transport.sides?.deadLetters ? countUnforwarded(knex) : 0,
  );
  observe(INSTRUMENTS.quarantined, async () => {
    const partitions = await readQuarantines(knex, transport.name);
    return partitions.length;
  });
  observe(INSTRUMENTS.spilled, async () => (await transport.spilled?.()) ?? 0);

  const ages = create(INSTRUMENTS.loopAge);
  const callback: Parameters<typeof ages.addCallback>[0] = result => {
    for (const [loop, tick] of Object.entries(loops())) {
      if (tick !== null) {
        result.observe(Math.max(0, clock() - tick) / 1000, { loop });
      }
    }
  };
  ages.addCallback(callback);
  ends.push(() => ages.removeCallback(callback));
  return () => ends.forEach(end => end());
}
