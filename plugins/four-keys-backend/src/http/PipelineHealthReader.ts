import type { PipelineHealth } from '@four-keys/backstage-plugin-four-keys-common';
import type { Transport } from '@four-keys/backstage-plugin-four-keys-node';
import type { Knex } from 'knex';
import {
  COLLECTOR_GROUP,
  countDeadLettersByReason,
  isUnavailable,
  readQuarantines,
  readSourceHealth,
} from '../collector';
import { dirtyBacklog } from '../derivation';
import type { HealthReader } from './routes/health';

const LONG_LAG = 10_000;
const MOST_LISTED = 100;

export interface PipelineHealthOptions {
  readonly knex: Knex;
  readonly transport: Transport;
  readonly clock: () => number;
  /** When each loop of this process last went round; none: it collects nothing. */
  readonly loops: () => Array<number | null>;
  /** A loop that has not gone round for so many milliseconds is stuck. */
  readonly stuckAfterMs: number;
}

/** Puts together how the pipeline is, and says what to do where it is not well. */
export class PipelineHealthReader implements HealthReader {
  readonly #options: PipelineHealthOptions;

  constructor(options: PipelineHealthOptions) {
    this.#options = options;
  }

  isAlive(): boolean {
    const age = this.#loopAgeMs();
    return age === null || age < this.#options.stuckAfterMs;
  }

  ping(): Promise<void> {
    return this.#options.transport.ping();
  }

  async read(visible: ReadonlySet<string> | null): Promise<PipelineHealth> {
    try {
      return await this.#read(visible);
    } catch (error) {
      if (!isUnavailable(error)) {
        throw error;
      }
      return this.#down();
    }
  }

  /** The age of the loop that went round least recently. */
  #loopAgeMs(): number | null {
    const { loops, clock } = this.#options;
    const ages = loops()
      .filter(tick => tick !== null)
      .map(tick => Math.max(0, clock() - tick));
    return ages.length > 0 ? Math.max(...ages) : null;
  }

  #down(): PipelineHealth {
    return {
      status: 'down',
      transport: this.#options.transport.name,
      sources: [],
      lag: 0,
      deadLetters: 0,
      deadLetterReasons: [],
      dirtyBacklog: 0,
      quarantine: [],
      loopAgeMs: this.#loopAgeMs(),
      unmappedEnvironments: [],
      unregisteredServices: [],
      problems: [
        'The database cannot be reached, so nothing is known; the pipeline goes on by itself once it is back',
      ],
    };
  }

  async #read(visible: ReadonlySet<string> | null): Promise<PipelineHealth> {
    const { knex, transport, clock } = this.#options;
    const [sources, positions, reasons, backlog, quarantine] =
      await Promise.all([
        readSourceHealth(knex, new Date(clock())),
        transport.positions(COLLECTOR_GROUP),
        countDeadLettersByReason(knex),
        dirtyBacklog(knex),
        readQuarantines(knex, transport.name),
      ]);
    const [unmapped, unregistered] = await Promise.all([
      readUnmapped(knex),
      readUnregistered(knex),
    ]);
    const lagOf = new Map(positions.map(p => [p.partition, p.lag]));
    const loopAgeMs = this.#loopAgeMs();
    const health: PipelineHealth = {
      status: 'ok',
      transport: transport.name,
      sources,
      lag: positions.reduce((sum, { lag }) => sum + lag, 0),
      deadLetters: reasons.reduce((sum, { count }) => sum + count, 0),
      deadLetterReasons: reasons,
      dirtyBacklog: backlog,
      quarantine: quarantine.map(stopped => ({
        ...stopped,
        waiting: lagOf.get(stopped.partition) ?? 0,
      })),
      loopAgeMs,
      unmappedEnvironments: unmapped,
      unregisteredServices: unregistered
        .filter(service => visible === null || visible.has(service))
        .slice(0, MOST_LISTED),
      problems: [],
    };
    const severe = describeSevere(health, this.#options.stuckAfterMs);
    health.problems = [...severe, ...describeMild(health)];
    if (severe.length > 0) {
      health.status = this.isAlive() ? 'degraded' : 'down';
    }
    return health;
  }
}

function describeSevere(
  health: PipelineHealth,
  stuckAfterMs: number,
): string[] {
  const problems: string[] = [];
  if (health.loopAgeMs !== null && health.loopAgeMs >= stuckAfterMs) {
    problems.push(
      `A loop of the collector has not gone round for ${Math.round(
        health.loopAgeMs / 1000,
      )} s; look at the log of the backend and restart it`,
    );
  }
  if (health.lag > LONG_LAG) {
    problems.push(
      `${health.lag} accepted events wait to be stored; run more collectors, or look for a slow database`,
    );
  }
  for (const { partition, since, reason, waiting } of health.quarantine) {
    problems.push(
      `Partition ${partition} stands still since ${since}, ${waiting} records wait in it: ${reason}; mend whatever writes them, then let it go on with POST /pipeline/quarantine/${partition}/release`,
    );
  }
  if (health.deadLetters > 0) {
    problems.push(
      `${health.deadLetters} records could not be stored; look at the dead letters, mend the cause and replay them`,
    );
  }
  return problems;
}

function describeMild(health: PipelineHealth): string[] {
  const problems: string[] = [];
  if (health.unmappedEnvironments.length > 0) {
    const names = health.unmappedEnvironments
      .slice(0, 5)
      .map(({ environment }) => environment);
    problems.push(
      `No tier has the environments ${names.join(
        ', ',
      )}, so they count in no tier; add them to fourKeys.environments`,
    );
  }
  if (health.unregisteredServices.length > 0) {
    const { length } = health.unregisteredServices;
    problems.push(
      length === 1
        ? '1 service has no catalog entity; set the annotation four-keys.dev/service-id on the entity that it belongs to'
        : `${length} services have no catalog entity; set the annotation four-keys.dev/service-id on the entities that they belong to`,
    );
  }
  return problems;
}

async function readUnmapped(
  knex: Knex,
): Promise<PipelineHealth['unmappedEnvironments']> {
  const { rows } = await knex.raw<{
    rows: Array<{ environment: string; deployments: string }>;
  }>(
    `SELECT environment, count(*) AS deployments FROM deployments
     WHERE tier IS NULL GROUP BY environment ORDER BY environment LIMIT ${MOST_LISTED}`,
  );
  return rows.map(({ environment, deployments }) => ({
    environment,
    deployments: Number(deployments),
  }));
}

async function readUnregistered(knex: Knex): Promise<string[]> {
  const rows = await knex('service_entities')
    .whereNull('entity_ref')
    .orWhereNotNull('removed_at')
    .orderBy('service')
    .select<Array<{ service: string }>>('service');
  return rows.map(({ service }) => service);
}
