import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findFreePort } from '../net/ports';
import { type Child, startNode } from '../process/child';
import { sleep } from '../process/signals';
import { inRepository } from '../repository';

export const TOKEN = 'chaos-token';
const READY_MS = 90_000;

export interface MemberSettings {
  readonly folder: string;
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly prefix: string;
  };
  readonly broker: string;
  readonly topic: string;
  readonly partitions: number;
}

/** What a collector is given beside what all have. */
export interface MemberExtras {
  /** A phase and the how manieth at which it ends, such as `stored:3`. */
  readonly dieAt?: string;
  /** How far its clock is ahead, in milliseconds; negative: behind. */
  readonly clockAheadMs?: number;
}

/** A collector in a process of its own. */
export class Member {
  readonly #child: Child;
  readonly url: string;

  private constructor(child: Child, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(
    settings: MemberSettings,
    extras: MemberExtras,
  ): Promise<Member> {
    const { dieAt, clockAheadMs } = extras;
    const port = await findFreePort();
    const url = `http://127.0.0.1:${port}`;
    const config = path.join(settings.folder, `member-${port}.json`);
    await writeFile(config, JSON.stringify(configOf(settings, port)));
    const child = startNode(
      [
        '--require',
        require.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
        inRepository('packages', 'backend', 'src', 'chaos', 'member.ts'),
        '--config',
        config,
      ],
      {
        cwd: inRepository('packages', 'backend'),
        env: {
          NODE_ENV: 'production',
          FOUR_KEYS_DIE_AT: dieAt,
          FOUR_KEYS_CLOCK_AHEAD_MS: clockAheadMs?.toString(),
        },
      },
    );
    const member = new Member(child, url);
    await member.#ready(dieAt !== undefined);
    return member;
  }

  get exited(): Promise<number> {
    return this.#child.exited;
  }

  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.process.kill(name);
  }

  async kill(): Promise<void> {
    this.signal('SIGCONT');
    this.signal('SIGKILL');
    await this.exited;
  }

  async post(route: string, body: object = {}): Promise<Response> {
    return fetch(`${this.url}/api/four-keys${route}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${TOKEN}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
    });
  }

  async #ready(mayDie: boolean): Promise<void> {
    let isOver = false;
    this.exited.then(() => (isOver = true));
    const deadline = Date.now() + READY_MS;
    while (!isOver) {
      const answer = await fetch(
        `${this.url}/.backstage/health/v1/readiness`,
      ).catch(() => undefined);
      if (answer?.ok) {
        return;
      }
      if (Date.now() > deadline) {
        throw new Error(`A collector did not start:\n${this.#child.tail()}`);
      }
      await sleep(100);
    }
    if (!mayDie) {
      throw new Error(`A collector ended by itself:\n${this.#child.tail()}`);
    }
  }
}

function configOf(settings: MemberSettings, port: number) {
  const { prefix, ...connection } = settings.database;
  return {
    app: { baseUrl: `http://127.0.0.1:${port}` },
    backend: {
      baseUrl: `http://127.0.0.1:${port}`,
      listen: { host: '127.0.0.1', port },
      database: { client: 'pg', prefix, connection },
      auth: {
        externalAccess: [
          { type: 'static', options: { token: TOKEN, subject: 'chaos' } },
        ],
      },
    },
    fourKeys: {
      transport: 'kafka',
      kafka: {
        brokers: [settings.broker],
        topic: settings.topic,
        createTopics: true,
        partitions: settings.partitions,
      },
      collector: { maxRecords: 200 },
    },
  };
}
