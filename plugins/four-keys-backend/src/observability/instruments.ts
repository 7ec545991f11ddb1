/**
 * Everything that the plugin measures.
 *
 * A duration says `seconds` in its name although OpenTelemetry keeps the unit
 * apart: some exporters to Prometheus add it and some do not, and neither adds
 * it twice. Labels hold only what this code can count on its fingers.
 */
export const INSTRUMENTS = {
  received: {
    name: 'four_keys.events.received',
    unit: '{event}',
    description:
      'Events that came in, by stage: ingest (over HTTP) or collector (read from the transport)',
  },
  accepted: {
    name: 'four_keys.events.accepted',
    unit: '{event}',
    description:
      'Events that are safe, by stage: ingest (in the transport) or collector (in the database, for the first time)',
  },
  rejected: {
    name: 'four_keys.events.rejected',
    unit: '{event}',
    description:
      'Events that were turned away, by stage and reason, a code of the documentation of errors',
  },
  repeated: {
    name: 'four_keys.events.repeated',
    unit: '{event}',
    description:
      'Events whose identity was stored before, by kind: duplicate (the same again) or conflict (another payload)',
  },
  batchSize: {
    name: 'four_keys.batch.size',
    unit: '{event}',
    description: 'Records in a batch of the collector',
    boundaries: [1, 10, 50, 100, 250, 500, 750, 1000, 2500, 5000, 10_000],
  },
  transaction: {
    name: 'four_keys.transaction.seconds',
    unit: 's',
    description:
      'Time of the transaction of a batch, by outcome: stored or failed',
    boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  delay: {
    name: 'four_keys.store.delay.seconds',
    unit: 's',
    description:
      'From the acceptance of the oldest record of a batch until it was stored',
    boundaries: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200],
  },
  recompute: {
    name: 'four_keys.recompute.seconds',
    unit: 's',
    description:
      'Time of a round of the recompute worker, by outcome: done or failed',
    boundaries: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  },
  recomputed: {
    name: 'four_keys.recompute.services',
    unit: '{service}',
    description: 'Services whose numbers were computed anew',
  },
  lag: {
    name: 'four_keys.transport.lag',
    unit: '{event}',
    description: 'Events accepted and not yet stored',
  },
  dirty: {
    name: 'four_keys.dirty.services',
    unit: '{service}',
    description: 'Services with events whose numbers are not yet computed',
  },
  deadLetters: {
    name: 'four_keys.dead_letters.waiting',
    unit: '{event}',
    description: 'Dead letters that nobody has replayed',
  },
  unforwarded: {
    name: 'four_keys.dead_letters.unforwarded',
    unit: '{event}',
    description:
      'Dead letters that are not in their Kafka topic yet; always 0 without one',
  },
  quarantined: {
    name: 'four_keys.partitions.quarantined',
    unit: '{partition}',
    description:
      'Partitions that stand still because too many of their records were rejected',
  },
  spilled: {
    name: 'four_keys.spill.waiting',
    unit: '{event}',
    description:
      'Events that wait in the database until Kafka takes them; always 0 without Kafka',
  },
  loopAge: {
    name: 'four_keys.loop.age.seconds',
    unit: 's',
    description:
      'How long ago a loop of this process last went round, by loop: collector or recompute',
  },
} as const;
