import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import knexFactory, { type Knex } from 'knex';
import { type KafkaServer, startKafka } from '../kafka/broker';
import { findFreePort } from '../net/ports';
import { type PostgresServer, startPostgres } from '../postgres/server';
import { isAlive } from '../postgres/processes';
import { sleep } from '../process/signals';
import { Member, type MemberSettings } from './members';
import type { Watched } from './oracle';
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
  #faultEndedAt = Date.now();

  constructor(options: {
    readonly servers: Servers;
    readonly name: string;
    readonly random: Random;
    readonly acks: -1 | 0;
  }) {
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
      connection: { ...connection, database: `${prefix}four-keys` },
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

  async member(dieAt?: string): Promise<Member> {
    const member = await Member.start(this.#settings, dieAt);
    this.#members.push(member);
    return member;
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
