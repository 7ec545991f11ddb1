import type {
  VendorApi,
  WebhookHeaders,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';

/** More of them with their times would exceed what one event may weigh. */
export const MAX_TIMED_COMMITS = 2000;

/** Whoever has more pages of one thing does not end. */
const MAX_PAGES = 100;

/** The address of the next page, as the header `Link` gives it. */
export function nextLink(headers: WebhookHeaders): string | undefined {
  return /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(headers.link ?? '')?.[1];
}

/** Everything that a list holds which continues by `Link`. */
export async function allPages<S extends z.ZodType>(
  api: VendorApi,
  path: string,
  schema: S,
  itemsOf: (body: unknown) => unknown = body => body,
): Promise<Array<z.output<S>>> {
  const all: Array<z.output<S>> = [];
  let next: string | undefined = path;
  for (let page = 0; next && page < MAX_PAGES; page += 1) {
    const { body, headers }: Awaited<ReturnType<VendorApi['get']>> =
      await api.get(next);
    all.push(...z.array(schema).parse(itemsOf(body) ?? []));
    next = nextLink(headers);
  }
  return all;
}
