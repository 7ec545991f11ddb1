import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  githubSource,
  gitlabSource,
} from '@four-keys/backstage-plugin-events-backend-module-four-keys/importers';
import { DEFAULT_TYPE_PREFIX } from '@four-keys/backstage-plugin-four-keys-common';
import {
  toEnvelope,
  VendorApiError,
  VendorClient,
  type MappedEvents,
  type Source,
  type SourceEvent,
  type SourceType,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { parse } from 'yaml';
import { connect, homeFolder, type ConnectionFlags } from '../emit/deliver';
import { parseBound } from '../git/bounds';
import { Checkpoint } from '../git/checkpoint';
import { Progress } from '../progress';
import { UserError, type Runtime } from '../runtime';
import { inBatches, sized } from '../transport/batches';
import { CollectorError, type CollectorClient } from '../transport/client';

export interface VendorBackfillFlags extends ConnectionFlags {
  readonly repository: readonly string[];
  readonly instance: string;
  readonly apiUrl: string;
  readonly apiToken?: string;
  readonly service?: string;
  readonly settings?: string;
  readonly since: string;
  readonly until?: string;
  readonly dryRun?: boolean;
  readonly restart?: boolean;
}

/** A vendor whose memory can be imported. */
export interface Vendor {
  readonly type: SourceType;
  /** Where its token is looked for. */
  readonly tokenVariable: string;
  headers(token: string): Readonly<Record<string, string>>;
}

export const VENDORS: Readonly<Record<'github' | 'gitlab', Vendor>> = {
  github: {
    type: githubSource,
    tokenVariable: 'GITHUB_TOKEN',
    headers: token => ({ authorization: `Bearer ${token}` }),
  },
  gitlab: {
    type: gitlabSource,
    tokenVariable: 'GITLAB_TOKEN',
    headers: token => ({ 'private-token': token }),
  },
};

/** The longest pause that a vendor may want: GitHub counts by the hour. */
const MAX_PAUSE_MS = 2 * 3_600_000;

/** The part of the vendor's limit that is left to others. */
const RESERVE = 0.5;

const STEPS = 1000;

async function readSettings(
  path: string | undefined,
  runtime: Runtime,
): Promise<JsonObject> {
  if (!path) {
    return {};
  }
  let read: unknown;
  try {
    read = parse(await readFile(resolve(runtime.cwd, path), 'utf8'));
  } catch (error) {
    throw new UserError(
      `--settings ${path} cannot be read: ${(error as Error).message}`,
    );
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw new UserError(
      `--settings ${path} is no object; write what stands in the entry of fourKeys.sources`,
    );
  }
  return read as JsonObject;
}

async function openSource(
  { type }: Vendor,
  flags: VendorBackfillFlags,
  runtime: Runtime,
): Promise<{ source: Source; settings: JsonObject }> {
  const { secrets: _, ...written } = await readSettings(
    flags.settings,
    runtime,
  );
  const settings = {
    ...written,
    ...(flags.service ? { services: [{ service: flags.service }] } : {}),
  };
  try {
    const source = type.fromConfig(
      new ConfigReader({ ...settings, allowUnsigned: true }),
      {
        instance: flags.instance,
        canLookUp: true,
        catalog: { find: () => [] },
      },
    );
    return { source, settings };
  } catch (error) {
    throw new UserError(`--settings: ${(error as Error).message}`);
  }
}

/** A page with the answers to its questions, which nobody else will ask. */
async function answered(
  page: MappedEvents,
  source: Source,
  api: VendorApi,
  runtime: Runtime,
): Promise<SourceEvent[]> {
  const events = [...page.events];
  for (const { key, question } of page.lookups ?? []) {
    try {
      const result = await source.lookUp!(question, api);
      if ('events' in result) {
        events.push(...(await answered(result, source, api, runtime)));
      }
    } catch (error) {
      if (!(error instanceof VendorApiError && error.permanent)) {
        throw error;
      }
      runtime.err(`four-keys: nothing is known of ${key}: ${error.message}\n`);
    }
  }
  return events;
}

/** Sends the events of a page, and answers how many were rejected. */
async function send(
  events: readonly SourceEvent[],
  client: CollectorClient,
  eventSource: string,
  runtime: Runtime,
): Promise<number> {
  const envelopes = events.map(event =>
    sized({
      ...toEnvelope(event, {
        source: eventSource,
        typePrefix: DEFAULT_TYPE_PREFIX,
      }),
    }),
  );
  let count = 0;
  for await (const batch of inBatches(envelopes)) {
    const { rejected } = await client.send(batch);
    count += rejected.length;
    for (const { id, code, message } of rejected) {
      runtime.err(`four-keys: ${id} was rejected (${code}): ${message}\n`);
    }
  }
  return count;
}

interface Import {
  readonly source: Source;
  readonly eventSource: string;
  readonly api: VendorApi;
  readonly window: { since: number; until: number };
  readonly client: CollectorClient;
  readonly checkpointOf: (container: string) => Checkpoint;
}

async function importContainer(
  container: string,
  { source, eventSource, api, window, client, checkpointOf }: Import,
  flags: VendorBackfillFlags,
  runtime: Runtime,
): Promise<{ events: number; rejected: number }> {
  const checkpoint = checkpointOf(container);
  const cursor =
    flags.restart || flags.dryRun ? undefined : await checkpoint.read();
  if (cursor) {
    runtime.err(
      `four-keys: going on with ${container} where it stopped; --restart begins anew\n`,
    );
  }
  const progress = new Progress({
    runtime,
    label: `steps of ${container}`,
    total: STEPS,
  });
  let shown = 0;
  const total = { events: 0, rejected: 0 };
  const pages = source.importFrom!({ container, ...window, cursor }, api);
  for await (const page of pages) {
    const events = await answered(page, source, api, runtime);
    total.events += events.length;
    if (!flags.dryRun) {
      total.rejected += await send(events, client, eventSource, runtime);
      await checkpoint.write(page.cursor);
    }
    const step = Math.floor(page.done * STEPS);
    progress.advance(step - shown);
    shown = step;
  }
  progress.finish(
    `${container}: ${total.events} events${
      flags.dryRun ? ', nothing was sent' : ''
    }`,
  );
  if (!flags.dryRun) {
    await checkpoint.clear();
  }
  return total;
}

/** `four-keys backfill github` and `gitlab` */
export async function backfillVendor(
  name: keyof typeof VENDORS,
  flags: VendorBackfillFlags,
  runtime: Runtime,
): Promise<void> {
  const vendor = VENDORS[name];
  const token = flags.apiToken || runtime.env[vendor.tokenVariable];
  if (!token) {
    throw new UserError(
      `There is no token for ${name}; set ${vendor.tokenVariable}, or give --api-token`,
    );
  }
  const window = {
    since: parseBound(flags.since, '--since', false)!,
    until: parseBound(flags.until, '--until', true) ?? runtime.now(),
  };
  if (window.since >= window.until) {
    throw new UserError('--since is not before --until');
  }
  const { source, settings } = await openSource(vendor, flags, runtime);
  const { url, client } = connect(flags, runtime, { timeout: '1m' });
  const run: Import = {
    source,
    window,
    client,
    eventSource: `/${name}/${flags.instance}`,
    api: new VendorClient({
      baseUrl: flags.apiUrl,
      credentials: async () => vendor.headers(token),
      maxPauseMs: MAX_PAUSE_MS,
      reserve: RESERVE,
    }),
    checkpointOf: container =>
      new Checkpoint(`${homeFolder(runtime)}/backfill`, [
        url,
        name,
        flags.instance,
        container,
        flags.since,
        flags.until,
        settings,
      ]),
  };
  let rejected = 0;
  try {
    for (const container of flags.repository) {
      rejected += (await importContainer(container, run, flags, runtime))
        .rejected;
    }
  } catch (error) {
    if (error instanceof VendorApiError || error instanceof CollectorError) {
      throw new UserError(
        `${error.message}. Run the same command again, it goes on where it stopped`,
      );
    }
    throw error;
  }
  if (rejected > 0) {
    throw new UserError(`${rejected} events were rejected, see above`);
  }
}
