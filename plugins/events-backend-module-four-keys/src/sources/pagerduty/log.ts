import {
  readVendorTime,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { allPages, type Paging } from '../paging';
import { reference, type Reference } from './map';

/** The largest page. */
export const PAGE_SIZE = 100;

/** What PagerDuty lists, it lists by pages of this shape. */
export const pageSchema = z.object({
  more: z.boolean().nullish(),
  total: z.number().nullish(),
});

export const entrySchema = z.object({
  type: z.string(),
  created_at: z.string(),
  service: reference.nullish(),
  incident: reference.nullish(),
});

type Entry = z.output<typeof entrySchema>;

/** Something that the log of an incident tells as a webhook would have told it. */
export interface Logged {
  readonly event_type: string;
  readonly occurred_at: string;
  readonly service: Reference | undefined;
  /** The service that it left by this. */
  readonly left?: Reference;
}

/** Nothing of this is done to an incident that is over. */
const ALIVE = new Set([
  'reopen_log_entry',
  'acknowledge_log_entry',
  'unacknowledge_log_entry',
  'assign_log_entry',
  'escalate_log_entry',
]);

const byOffset: Paging = {
  itemsOf: body =>
    z.object({ log_entries: z.unknown() }).parse(body).log_entries,
  next({ body }, path) {
    const offset = Number(/[?&]offset=(\d+)/.exec(path)?.[1] ?? 0);
    return pageSchema.parse(body).more
      ? path.replace(/offset=\d+/, `offset=${offset + PAGE_SIZE}`)
      : undefined;
  },
};

/** Milliseconds since the epoch; NaN where it cannot be read. */
export const instantOf = (entry: Entry) =>
  readVendorTime(entry.created_at) ?? NaN;

/** The whole log of an incident, the oldest entry first. */
export async function logOf(
  api: VendorApi,
  incident: string,
): Promise<Entry[]> {
  const entries = await allPages(
    api,
    `incidents/${encodeURIComponent(
      incident,
    )}/log_entries?time_zone=UTC&limit=${PAGE_SIZE}&offset=0`,
    entrySchema,
    byOffset,
  );
  return entries
    .filter(entry => !Number.isNaN(instantOf(entry)))
    .sort((a, b) => instantOf(a) - instantOf(b));
}

/**
 * Reads a log as the webhooks told it. It has no entry for being opened again,
 * so the first sign of life after the end stands for it.
 */
export function readLog(entries: readonly Entry[], isOver: boolean): Logged[] {
  const logged: Logged[] = [];
  const lastEnd = entries.findLastIndex(
    one => one.type === 'resolve_log_entry',
  );
  let state: 'unknown' | 'open' | 'over' = 'unknown';
  let service: Reference | undefined;
  entries.forEach((entry, index) => {
    const tell = (event_type: string, left?: Reference) =>
      logged.push({
        event_type,
        occurred_at: entry.created_at,
        service: entry.service ?? service,
        left,
      });
    if (
      service &&
      entry.service &&
      entry.service.id !== service.id &&
      state === 'open'
    ) {
      tell('incident.service_updated', service);
    }
    if (entry.type === 'trigger_log_entry' && state === 'unknown') {
      tell('incident.triggered');
      state = 'open';
    } else if (entry.type === 'resolve_log_entry') {
      tell('incident.resolved');
      state = 'over';
    } else if (
      state === 'over' &&
      ALIVE.has(entry.type) &&
      (!isOver || index < lastEnd)
    ) {
      tell('incident.reopened');
      state = 'open';
    }
    service = entry.service ?? service;
  });
  return logged;
}
