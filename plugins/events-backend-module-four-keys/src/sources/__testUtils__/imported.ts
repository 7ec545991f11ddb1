import {
  VendorClient,
  type ImportRequest,
  type Source,
  type SourceEvent,
} from '@four-keys/backstage-plugin-four-keys-node/sources';

/** Asks a played vendor once, and never waits for it. */
export const apiAt = (url: string) =>
  new VendorClient({
    baseUrl: url,
    credentials: async () => ({}),
    attempts: 1,
    maxPauseMs: 0,
  });

/** What a source imports from a played vendor, and where each page ended. */
export async function imported(
  source: Source,
  url: string,
  request: Partial<ImportRequest> = {},
): Promise<{ events: SourceEvent[]; cursors: string[] }> {
  const events: SourceEvent[] = [];
  const cursors: string[] = [];
  const pages = source.importFrom!(
    {
      container: 'account',
      since: Date.UTC(2026, 5, 1),
      until: Date.UTC(2026, 6, 1),
      ...request,
    },
    apiAt(url),
  );
  for await (const page of pages) {
    events.push(...page.events);
    cursors.push(page.cursor);
  }
  return { events, cursors };
}
