import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RejectedEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { parseDuration } from '../duration';
import { UserError, type Runtime } from '../runtime';
import { inBatches, sized } from '../transport/batches';
import {
  CollectorClient,
  CollectorError,
  DEFAULT_URL,
  MAX_BATCH,
  type JsonEvent,
} from '../transport/client';
import { Spool } from '../transport/spool';

/** Flags of every command that sends. */
export interface ConnectionFlags {
  readonly url?: string;
  readonly token?: string;
  readonly timeout?: string;
  readonly strict?: boolean;
  readonly spool?: string | false;
}

export interface Connection {
  readonly url: string;
  readonly client: CollectorClient;
  /** Undefined where nothing is to be kept. */
  readonly spool?: Spool;
}

function checkedUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UserError(
      `--url is "${text}", which is no URL; write it like https://backstage.example.com`,
    );
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UserError(
      `--url is "${text}", but only http and https are spoken; write it like https://backstage.example.com`,
    );
  }
  return text.replace(/\/+$/, '');
}

/** The folder under which everything lives that outlasts a call. */
export const homeFolder = (runtime: Runtime) =>
  join(runtime.env.HOME || homedir(), '.four-keys');

export function connect(
  flags: ConnectionFlags,
  runtime: Runtime,
  defaults: { url?: string; token?: string; timeout?: string } = {},
): Connection {
  const { env } = runtime;
  const url = checkedUrl(
    flags.url || env.FOUR_KEYS_URL || defaults.url || DEFAULT_URL,
  );
  const token = flags.token || env.FOUR_KEYS_TOKEN || undefined;
  const timeoutMs = parseDuration(
    flags.timeout ?? defaults.timeout ?? '15s',
    '--timeout',
  );
  const root =
    flags.spool || env.FOUR_KEYS_SPOOL || join(homeFolder(runtime), 'spool');
  return {
    url,
    client: new CollectorClient({ url, token, timeoutMs, now: runtime.now }),
    ...(flags.spool === false ? {} : { spool: Spool.forCollector(root, url) }),
  };
}

export function warn(runtime: Runtime, message: string) {
  runtime.err(`four-keys: warning: ${message}\n`);
}

export function describeRejection({ id, code, message }: RejectedEvent) {
  return `${id ?? 'an event without id'} was rejected (${code}): ${message}`;
}

/** What became of events. */
export interface Delivery {
  readonly accepted: number;
  readonly rejected: number;
  readonly kept: number;
  readonly lost: number;
}

/** Sends kept events; those that will never be taken are let go, or they would block the others for good. */
async function sendKept(
  events: readonly JsonEvent[],
  client: CollectorClient,
  runtime: Runtime,
): Promise<number> {
  let accepted = 0;
  for await (const batch of inBatches(events.map(sized))) {
    try {
      const answer = await client.send(batch);
      accepted += answer.accepted;
      for (const rejection of answer.rejected) {
        warn(runtime, `kept earlier, ${describeRejection(rejection)}`);
      }
    } catch (error) {
      if (!(error instanceof CollectorError) || error.worthKeeping) {
        throw error;
      }
      warn(runtime, `${error.message}. ${batch.length} kept events are lost`);
    }
  }
  return accepted;
}

/**
 * Sends what an earlier call had to keep.
 *
 * @throws CollectorError when the collector is still away
 */
async function drain({ spool, client }: Connection, runtime: Runtime) {
  let accepted = 0;
  try {
    await spool?.drain(MAX_BATCH, async events => {
      accepted += await sendKept(events, client, runtime);
    });
  } catch (error) {
    if (error instanceof CollectorError) {
      throw error;
    }
    warn(
      runtime,
      `What was kept in ${spool?.directory} cannot be read: ${
        (error as Error).message
      }`,
    );
  }
  if (accepted > 0) {
    runtime.err(`four-keys: sent ${accepted} events that were kept earlier\n`);
  }
}

async function keep(
  events: readonly JsonEvent[],
  spool: Spool | undefined,
  reason: CollectorError,
  runtime: Runtime,
): Promise<Delivery> {
  const lost = { accepted: 0, rejected: 0, kept: 0, lost: events.length };
  if (!spool || !reason.worthKeeping) {
    warn(runtime, `${reason.message}. The event is not kept`);
    return lost;
  }
  try {
    const { dropped } = await spool.add(events);
    warn(
      runtime,
      `${reason.message}. Kept in ${spool.directory}, sent with the next call`,
    );
    if (dropped > 0) {
      warn(
        runtime,
        `The spool is full: the ${dropped} oldest events in it are lost`,
      );
    }
    return { ...lost, kept: events.length, lost: 0 };
  } catch (error) {
    warn(
      runtime,
      `${reason.message}. And it could not be kept in ${spool.directory}: ${
        (error as Error).message
      }; name a folder that can be written with --spool or FOUR_KEYS_SPOOL`,
    );
    return lost;
  }
}

/**
 * Sends events, those first that an earlier call had to keep. Never throws for
 * a collector that is away: then the events are kept and a warning says so.
 */
export async function deliver(
  events: readonly JsonEvent[],
  connection: Connection,
  runtime: Runtime,
): Promise<Delivery> {
  const { client, spool } = connection;
  try {
    await drain(connection, runtime);
    const answer = await client.send(events);
    for (const rejection of answer.rejected) {
      warn(runtime, describeRejection(rejection));
    }
    return {
      accepted: answer.accepted,
      rejected: answer.rejected.length,
      kept: 0,
      lost: 0,
    };
  } catch (error) {
    if (error instanceof CollectorError) {
      return keep(events, spool, error, runtime);
    }
    throw error;
  }
}
