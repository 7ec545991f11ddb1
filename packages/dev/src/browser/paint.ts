import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import type { RunningApp } from './app';
import { visit } from './visit';

const ROWS = 100;
const MOST_MS = 1000;
/** What else a machine does makes a load slower, never faster: the best one counts. */
const LOADS = 6;

/** What of `GET /metrics/by/service` is written anew. */
interface Table {
  readonly totalRows: number;
  readonly rows: ReadonlyArray<{ readonly key: string }>;
}

declare global {
  interface Window {
    paintedAt?: number;
  }
}

/** Runs in the page before anything else: when so many rows have been painted. */
function watchRows(rows: number) {
  const observer = new MutationObserver(() => {
    if (document.querySelectorAll('tbody tr').length >= rows) {
      observer.disconnect();
      // Two frames on, what stood there in the first one has been painted.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          window.paintedAt = performance.now();
        }),
      );
    }
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** The rows that there are, as often as it takes. */
function fill(table: Table): Table {
  return {
    ...table,
    totalRows: ROWS,
    rows: Array.from({ length: ROWS }, (_, index) => {
      const row = table.rows[index % table.rows.length];
      return { ...row, key: `${row.key}-${index}` };
    }),
  };
}

async function load(page: Page): Promise<number> {
  await page.waitForFunction(() => window.paintedAt !== undefined);
  return page.evaluate(() => {
    const answers = performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.includes('/metrics/by/service'));
    const { responseEnd } = answers[
      answers.length - 1
    ] as PerformanceResourceTiming;
    return window.paintedAt! - responseEnd;
  });
}

/** From the arrival of the rows to their paint, in the best of several loads. */
export async function paintsQuickly(
  browser: Browser,
  { url }: RunningApp,
): Promise<void> {
  const took: number[] = [];
  while (took.length < LOADS && !took.some(ms => ms <= MOST_MS)) {
    took.push(
      await visit(
        browser,
        `${url}/four-keys/overview?rows=${ROWS}`,
        {},
        load,
        async page => {
          await page.addInitScript(watchRows, ROWS);
          await page.route('**/metrics/by/service**', async route => {
            const response = await route.fetch();
            const table = (await response.json()) as Table;
            await route.fulfill({ response, json: fill(table) });
          });
        },
      ),
    );
  }
  assert.ok(
    Math.min(...took) <= MOST_MS,
    `${ROWS} rows took ${took.map(ms => `${Math.round(ms)} ms`).join(', ')}`,
  );
  process.stdout.write(
    `${ROWS} services painted ${Math.round(
      Math.min(...took),
    )} ms after their data\n`,
  );
}
