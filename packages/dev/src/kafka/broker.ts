import { ServiceUnavailableError } from '@backstage/errors';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { findFreePort, requireFreePort } from '../net/ports';
import { run } from '../postgres/processes';
import { fetchLibs, libsFolder } from './libs';
import { endOrphan, forgetPid, guardBroker, notePid } from './ownership';
import { type BrokerSettings, brokerProperties } from './properties';
import { requireKafkaTools } from './tools';

/**
 * How to start a Kafka broker.
 *
 * @public
 */
export interface KafkaOptions {
  /** Where the data lies; not given: a folder that is removed at stop. */
  readonly dataDir?: string;
  /** Port on 127.0.0.1; not given: a free one. */
  readonly port?: number;
  /** What a person changes to choose another port; named when it is taken. */
  readonly portSetting?: string;
  /** Broker settings, as in server.properties. */
  readonly settings?: BrokerSettings;
  /** More ports on 127.0.0.1, by protocol: SSL, SASL_PLAINTEXT, SASL_SSL. */
  readonly listeners?: Readonly<Record<string, number>>;
  /** Passwords of those who sign in with SCRAM, by name; fixed at the first start. */
  readonly scramUsers?: Readonly<Record<string, string>>;
  /** Hears what a person should know, such as a long download. */
  readonly onNotice?: (message: string) => void;
}

/**
 * A running Kafka broker. It listens on 127.0.0.1 only.
 *
 * @public
 */
export interface KafkaServer {
  /** `127.0.0.1:<port>`. */
  readonly broker: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  /** Settles when the broker ends, with its exit code; null: by a signal. */
  readonly exited: Promise<number | null>;
  /** Ends it without a chance to clean up. The data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, after `kill` or `halt`. */
  restart(): Promise<void>;
  /** Stops it cleanly. The data stays. */
  halt(): Promise<void>;
  /** Stops it; throw-away data is removed. May be called again. */
  stop(): Promise<void>;
}

/** Any will do: the cluster is one node on one machine. */
const CLUSTER_ID = 'Zm91ci1rZXlzLWthZmthMQ';

const READY_MS = 60_000;
const STOP_MS = 15_000;
const TAIL = 40;

const JVM = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

interface BrokerOptions
  extends Pick<KafkaOptions, 'settings' | 'listeners' | 'scramUsers'> {
  readonly java: { readonly command: string; readonly classPath: string };
  readonly dataDir: string;
  readonly throwAway: boolean;
  readonly port: number;
}

class Broker implements KafkaServer {
  readonly #options: BrokerOptions;
  #child: ChildProcess | undefined;
  #exited: Promise<number | null> = Promise.resolve(0);
  #dismissGuard = () => {};

  constructor(options: BrokerOptions) {
    this.#options = options;
  }

  get broker(): string {
    return `127.0.0.1:${this.#options.port}`;
  }

  get port(): number {
    return this.#options.port;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get dataDir(): string {
    return this.#options.dataDir;
  }

  get exited(): Promise<number | null> {
    return this.#exited;
  }

  async restart(): Promise<void> {
    const { dataDir } = this.#options;
    const properties = await this.#configure();
    const child = this.#java('-Xmx256m', 'kafka.Kafka', [properties]);
    this.#child = child;
    this.#exited = new Promise(resolve => {
      child.once('error', () => resolve(1));
      child.once('close', code => resolve(code));
    });
    const log = followLog(child);
    if (child.pid !== undefined) {
      await notePid(dataDir, child.pid);
      this.#dismissGuard = guardBroker(
        child.pid,
        this.#options.throwAway ? dataDir : undefined,
      );
    }
    const outcome = await Promise.race([
      log.ready.then(() => 'ready'),
      this.#exited.then(code => `ended with code ${code}`),
      after(READY_MS, `was not ready within ${READY_MS / 1000} s`),
    ]);
    if (outcome !== 'ready') {
      throw new ServiceUnavailableError(`Kafka ${outcome}:\n${log.tail()}`);
    }
    unref(child);
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  halt(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async stop(): Promise<void> {
    await this.halt();
    if (this.#options.throwAway) {
      await rm(this.#options.dataDir, { recursive: true, force: true });
    }
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#dismissGuard();
    // Asked to end, a JVM says 143 when all went well; the code tells nothing.
    this.#child?.kill(signal);
    const patience = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_MS);
    await this.#exited;
    clearTimeout(patience);
    await forgetPid(this.#options.dataDir);
  }

  async #configure(): Promise<string> {
    const { dataDir, port, settings, listeners, java } = this.#options;
    const properties = path.join(dataDir, 'server.properties');
    const logDir = path.join(dataDir, 'log');
    await writeFile(
      properties,
      brokerProperties({
        port,
        controllerPort: await findFreePort(),
        logDir,
        listeners,
        settings,
      }),
    );
    if (!existsSync(path.join(logDir, 'meta.properties'))) {
      const { code, output } = await run(
        java.command,
        [
          ...['-Xmx128m', ...JVM, '-cp', java.classPath],
          ...['kafka.tools.StorageTool', 'format', '--standalone'],
          ...['-t', CLUSTER_ID, '-c', properties],
          ...this.#scram(),
        ],
        { cwd: dataDir },
      );
      if (code !== 0) {
        throw new ServiceUnavailableError(
          `Kafka could not prepare ${dataDir}:\n${output}`,
        );
      }
    }
    return properties;
  }

  #scram(): string[] {
    return Object.entries(this.#options.scramUsers ?? {}).flatMap(
      ([name, password]) =>
        ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap(mechanism => [
          '--add-scram',
          `${mechanism}=[name=${name},password=${password}]`,
        ]),
    );
  }

  #java(heap: string, main: string, args: string[]): ChildProcess {
    const { java, dataDir } = this.#options;
    const level = '-Dorg.apache.logging.log4j.level=INFO';
    return spawn(
      java.command,
      [heap, ...JVM, level, '-cp', java.classPath, main, ...args],
      {
        cwd: dataDir,
        stdio: ['ignore', 'pipe', 'pipe'],
        // Ctrl-C reaches only us, so that clients can stop first.
        detached: process.platform !== 'win32',
      },
    );
  }
}

/**
 * Starts a Kafka broker of the pinned version, which Maven fetches the first
 * time. When this process dies without calling `stop`, a guard stops the
 * broker; an orphan that survives even that is stopped by the next start on
 * its folder.
 *
 * @throws NotFoundError when Java or Maven is missing; ConflictError when the
 * port is taken or another process uses the folder; ServiceUnavailableError
 * with the end of the broker's log when it does not start.
 * @public
 */
export async function startKafka(
  options: KafkaOptions = {},
): Promise<KafkaServer> {
  const java = requireKafkaTools(libsFolder());
  const libs = await fetchLibs(options.onNotice ?? (() => {}));
  if (options.dataDir !== undefined) {
    // First, because an orphan holds the port as well.
    await endOrphan(path.resolve(options.dataDir));
  }
  if (options.port !== undefined) {
    await requireFreePort({
      port: options.port,
      purpose: 'Kafka',
      setting: options.portSetting ?? 'the port setting of Kafka',
    });
  }
  const throwAway = options.dataDir === undefined;
  const dataDir =
    options.dataDir === undefined
      ? await mkdtemp(path.join(os.tmpdir(), 'four-keys-kafka-'))
      : path.resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const broker = new Broker({
    java: { command: java, classPath: path.join(libs, '*') },
    dataDir,
    throwAway,
    port: options.port ?? (await findFreePort()),
    settings: options.settings,
    listeners: options.listeners,
    scramUsers: options.scramUsers,
  });
  try {
    await broker.restart();
  } catch (error) {
    await broker.stop();
    throw error;
  }
  return broker;
}

/** Reads the log to its end, or the broker would block on a full pipe. */
function followLog(child: ChildProcess): {
  readonly ready: Promise<void>;
  readonly tail: () => string;
} {
  const lines: string[] = [];
  let rest = '';
  const ready = new Promise<void>(resolve => {
    const hear = (chunk: string) => {
      const parts = (rest + chunk).split(/\r?\n/);
      rest = parts.pop() ?? '';
      lines.push(...parts);
      lines.splice(0, lines.length - TAIL);
      if (parts.some(line => line.includes('Kafka Server started'))) {
        resolve();
      }
    };
    child.stdout?.setEncoding('utf8').on('data', hear);
    child.stderr?.setEncoding('utf8').on('data', hear);
  });
  return { ready, tail: () => lines.join('\n') };
}

/** A broker that nobody stops must not keep this process alive. */
function unref(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr]) {
    (stream as unknown as { unref?: () => void } | null)?.unref?.();
  }
}

async function after<T>(ms: number, value: T): Promise<T> {
  return new Promise(resolve => {
    setTimeout(() => resolve(value), ms).unref();
  });
}
