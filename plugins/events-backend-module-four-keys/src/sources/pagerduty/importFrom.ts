import {
  VendorApiError,
  type ImportPage,
  type ImportRequest,
  type SourceResult,
  type VendorApi,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import { inPhases, inWindows, isWithin } from '../importing';
import { entrySchema, logOf, PAGE_SIZE, pageSchema, readLog } from './log';
import {
  incidentSchema,
  leavingOf,
  mapIncidentEvent,
  type PagerdutySettings,
} from './map';

/** Lists end there, whatever else there is. */
const MAX_LISTED = 10_000;

const listSchema = pageSchema.extend({ log_entries: z.array(entrySchema) });

const answerSchema = z.object({
  incident: incidentSchema.extend({ status: z.string().nullish() }),
});

interface Import {
  readonly request: ImportRequest;
  readonly api: VendorApi;
  readonly settings: PagerdutySettings;
}

/** Undefined: it went with its service. */
async function incidentOf(id: string, api: VendorApi) {
  try {
    const { body } = await api.get(`incidents/${encodeURIComponent(id)}`);
    return answerSchema.parse(body).incident;
  } catch (error) {
    if (error instanceof VendorApiError && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}

/** What happened to an incident within what was asked for. */
async function incidentResults(
  id: string,
  { request, api, settings }: Import,
): Promise<SourceResult[]> {
  const incident = await incidentOf(id, api);
  if (!incident) {
    return [];
  }
  const logged = readLog(await logOf(api, id), incident.status === 'resolved');
  const last = logged.at(-1);
  return logged
    .filter(one => isWithin(request, one.occurred_at))
    .flatMap(one => [
      mapIncidentEvent(
        {
          event: {
            ...one,
            data: {
              ...incident,
              service: one.service ?? incident.service,
              // Why it is over says nothing about when it was over before.
              resolve_reason: one === last ? incident.resolve_reason : null,
            },
          },
        },
        { ...settings, canAsk: false },
      ),
      ...(one.left
        ? [{ events: leavingOf(id, one.left, one.occurred_at, settings) }]
        : []),
    ]);
}

/**
 * What PagerDuty remembers of the incidents to which something happened in a
 * time: those that began long before it as well.
 */
export function importFrom(
  request: ImportRequest,
  api: VendorApi,
  settings: PagerdutySettings,
): AsyncIterable<ImportPage> {
  const run = { request, api, settings };
  const seen = new Set<string>();
  const incidents = {
    name: 'incidents',
    read: (from: string | undefined) =>
      inWindows(request, from, async (window, after) => {
        const offset = Number(after ?? 0);
        const query = new URLSearchParams({
          since: new Date(window.from).toISOString(),
          until: new Date(window.to).toISOString(),
          time_zone: 'UTC',
          is_overview: 'true',
          total: 'true',
          limit: String(PAGE_SIZE),
          offset: String(offset),
        });
        const { body } = await api.get(`log_entries?${query}`);
        const page = listSchema.parse(body);
        if ((page.total ?? 0) > MAX_LISTED) {
          return undefined;
        }
        const results: SourceResult[] = [];
        for (const { incident } of page.log_entries) {
          if (incident && !seen.has(incident.id)) {
            seen.add(incident.id);
            results.push(...(await incidentResults(incident.id, run)));
          }
        }
        return {
          results,
          after: page.more ? String(offset + PAGE_SIZE) : undefined,
        };
      }),
  };
  return inPhases([incidents], request);
}
