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

type Page = Awaited<ReturnType<VendorApi['get']>>;

/** How a vendor continues a list. */
export interface Paging {
  itemsOf(body: unknown): unknown;
  /** The path of the next page; undefined: this is the last one. */
  next(page: Page, path: string): string | undefined;
}

/** GitHub and GitLab: a list, and the header `Link`. */
export const BY_LINK: Paging = {
  itemsOf: body => body,
  next: ({ headers }) => nextLink(headers),
};

/** Everything that a list holds. */
export async function allPages<S extends z.ZodType>(
  api: VendorApi,
  path: string,
  schema: S,
  { itemsOf = BY_LINK.itemsOf, next = BY_LINK.next }: Partial<Paging> = {},
): Promise<Array<z.output<S>>> {
  const all: Array<z.output<S>> = [];
  let at: string | undefined = path;
  for (let count = 0; at && count < MAX_PAGES; count += 1) {
    const page: Page = await api.get(at);
    all.push(...z.array(schema).parse(itemsOf(page.body) ?? []));
    at = next(page, at);
  }
  return all;
}
