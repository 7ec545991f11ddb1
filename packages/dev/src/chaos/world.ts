import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Admin, ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import knexFactory, { type Knex } from 'knex';
import { type KafkaServer, startKafka } from '../kafka/broker';
import { findFreePort } from '../net/ports';
import { type PostgresServer, startPostgres } from '../postgres/server';
import { isAlive } from '../postgres/processes';
import { sleep } from '../process/signals';
import { Member, type MemberExtras, type MemberSettings } from './members';
import { HARNESS } from './names';
import { lagOf, type Watched } from './oracle';
import type { Random } from './random';
import { Traffic } from './traffic';

const PARTITIONS = 6;
const PATIENCE_MS = 90_000;

/** The servers that all runs share. */
export interface Servers {
  readonly folder: string;
  readonly broker: KafkaServer;
  postgres: PostgresServer;
}

export async function startServers(): Promise<Servers> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'four-keys-chaos-'));
  // PostgreSQL may run as another user.
  await chmod(folder, 0o755);
  const broker = await startKafka();
  try {
    return { folder, broker, postgres: await startDatabase(folder) };
  } catch (error) {
    await broker.stop();
    throw error;
  }
}

async function startDatabase(
  folder: string,
  port?: number,
): Promise<PostgresServer> {
  return startPostgres({
    dataDir: path.join(folder, 'postgres'),
    port: port ?? (await findFreePort()),
  });
}

export async function stopServers(servers: Servers): Promise<void> {
  await servers.postgres.stop();
  await servers.broker.stop();
  await rm(servers.folder, { recursive: true, force: true });
}

/** One run: a topic and a database of its own, traffic, and collectors. */
export class World {
  readonly random: Random;
  readonly topic: string;
  readonly traffic: Traffic;
  readonly servers: Servers;
  readonly #settings: MemberSettings;
  readonly #kafka: Kafka;
  readonly #members: Member[] = [];
  #admin: Admin | undefined;
  #knex: Knex | undefined;
  readonly #forced: MemberExtras;
  #faultEndedAt = Date.now();
  #droppedRaw = 0;

  constructor(options: {
    readonly servers: Servers;
    readonly name: string;
    readonly random: Random;
    readonly acks: -1 | 0;
    /** What every collector is given, whatever the scenario says. */
    readonly forced?: MemberExtras;
  }) {
    this.#forced = options.forced ?? {};
    const { servers, name, random } = options;
    const { postgres, broker, folder } = servers;
    this.servers = servers;
    this.random = random;
    this.topic = `events-${name}`;
    this.#settings = {
      folder,
      database: {
        host: postgres.host,
        port: postgres.port,
        user: postgres.user,
        password: postgres.password,
        prefix: `${name.replace(/-/g, '_')}_`,
      },
      broker: broker.broker,
      topic: this.topic,
      partitions: PARTITIONS,
    };
    this.#kafka = new Kafka({
      clientId: 'chaos',
      brokers: [broker.broker],
      logLevel: logLevel.NOTHING,
      retry: { retries: 30, maxRetryTime: 1_000 },
    });
    this.traffic = new Traffic({
      ...options,
      kafka: this.#kafka,
      topic: this.topic,
    });
  }

  get partitions(): number {
    return PARTITIONS;
  }

  get knex(): Knex {
    const { prefix, ...connection } = this.#settings.database;
    this.#knex ??= knexFactory({
      client: 'pg',
      connection: {
        ...connection,
        database: `${prefix}four-keys`,
        application_name: HARNESS,
      },
      pool: { min: 0, max: 4 },
    });
    return this.#knex;
  }

  async admin(): Promise<Admin> {
    if (!this.#admin) {
      this.#admin = this.#kafka.admin();
      await this.#admin.connect();
    }
    return this.#admin;
  }

  async watched(): Promise<Watched> {
    return { knex: this.knex, admin: await this.admin(), topic: this.topic };
  }

  /** When the last fault was over, milliseconds since the epoch. */
  get faultEndedAt(): number {
    return this.#faultEndedAt;
  }

  /** To be called when nothing is broken any more, from when on recovery counts. */
  faultIsOver(): void {
    this.#faultEndedAt = Date.now();
  }

  async member(dieAt?: string, extras: MemberExtras = {}): Promise<Member> {
    const member = await Member.start(this.#settings, {
      dieAt,
      ...extras,
      ...this.#forced,
    });
    this.#members.push(member);
    return member;
  }

  /** Changes what the topic is like, as its operator may. */
  async configureTopic(settings: Readonly<Record<string, string>>) {
    const admin = await this.admin();
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: this.topic,
          configEntries: Object.entries(settings).map(([name, value]) => ({
            name,
            value,
          })),
        },
      ],
    });
  }

  /** How many raw events went with months that were dropped. */
  get droppedRaw(): number {
    return this.#droppedRaw;
  }

  /**
   * Drops a month of raw events as retention does.
   *
   * @param table - such as `events_2026_06`
   */
  async dropMonth(table: string): Promise<void> {
    await this.knex.transaction(async tx => {
      await tx.raw('LOCK TABLE events IN ACCESS EXCLUSIVE MODE');
      const { rows } = await tx.raw<{ rows: Array<{ found: string | null }> }>(
        'SELECT to_regclass(?) AS found',
        [table],
      );
      if (rows[0].found !== null) {
        const [{ n }] = await tx(table).count({ n: '*' });
        await tx.raw('DROP TABLE ??', [table]);
        this.#droppedRaw += Number(n);
      }
    });
  }

  /** Waits until everything that was told is read. */
  async untilRead(): Promise<void> {
    const watched = await this.watched();
    await this.until(
      'everything is read',
      async () => (await lagOf(watched)) === 0,
    );
  }

  /** Waits until so many events more are stored. */
  async untilStored(more: number): Promise<void> {
    const stored = async () => {
      const [{ n }] = await this.knex('claims').count({ n: '*' });
      return Number(n);
    };
    const from = await stored();
    await this.until(
      `${more} more events are stored`,
      async () => (await stored()) >= from + more,
    );
  }

  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await isSo().catch(() => false))) {
      if (Date.now() > deadline) {
        throw new Error(`It did not happen within 90 s that ${what}`);
      }
      await sleep(200);
    }
  }

  /** Ends PostgreSQL as a crash of the machine would, for a while. */
  async crashDatabase(awayMs: number): Promise<void> {
    const { postgres, folder } = this.servers;
    const file = path.join(postgres.dataDir, 'cluster', 'postmaster.pid');
    const pid = Number((await readFile(file, 'utf8')).split('\n')[0]);
    process.kill(pid, 'SIGQUIT');
    while (isAlive(pid)) {
      await sleep(50);
    }
    await sleep(awayMs);
    await postgres.stop();
    this.servers.postgres = await startDatabase(folder, postgres.port);
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map(member => member.kill()));
    await this.traffic.close();
    await this.#admin?.disconnect();
    await this.#knex?.destroy();
  }
}
