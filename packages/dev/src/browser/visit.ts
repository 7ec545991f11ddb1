import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';

export type Theme = 'light' | 'dark';

/** How a page is looked at. */
export interface Look {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
}

/** Generous, because CI has two slow cores. */
const PATIENCE_MS = 30_000;

declare global {
  interface Window {
    layoutShifts: Array<{ value: number; nodes: Array<Node | null> }>;
    axe: {
      run(
        context: object,
        options: object,
      ): Promise<{
        violations: Array<{
          id: string;
          help: string;
          nodes: Array<{ html: string; failureSummary?: string }>;
        }>;
      }>;
    };
  }
}

/** A page may shift by so much while it loads. */
export const MOST_LAYOUT_SHIFT = 0.05;

/** Runs in the page before anything else: what moved without anybody asking for it. */
function watchLayout() {
  window.layoutShifts = [];
  new PerformanceObserver(list => {
    for (const entry of list.getEntries() as Array<
      PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources: ReadonlyArray<{ node: Node | null }>;
      }
    >) {
      if (!entry.hadRecentInput) {
        window.layoutShifts.push({
          value: entry.value,
          nodes: entry.sources.map(({ node }) => node),
        });
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Opens a page of an app as a guest, does something there, and closes it. */
export async function visit<T>(
  browser: Browser,
  url: string,
  look: Look,
  work: (page: Page) => Promise<T>,
  prepare: (page: Page) => Promise<unknown> = async () => {},
): Promise<T> {
  const { theme = 'light', width = 1440, height = 1000 } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    colorScheme: theme,
    reducedMotion: look.reducedMotion ? 'reduce' : 'no-preference',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  try {
    await context.addInitScript(
      `localStorage.setItem('theme', ${JSON.stringify(theme)})`,
    );
    await context.addInitScript(watchLayout);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', error => errors.push(error.message));
    await prepare(page);
    await page.goto(url);
    const enter = page.getByRole('button', { name: 'Enter' });
    const main = page.locator('main, article').first();
    await enter.or(main).first().waitFor();
    if (await enter.isVisible()) {
      await enter.click();
    }
    const result = await work(page);
    assert.deepEqual(errors, [], 'the page threw errors');
    return result;
  } finally {
    // An answer that is still held back has nobody to go to any more.
    await Promise.all(
      context
        .pages()
        .map(page => page.unrouteAll({ behavior: 'ignoreErrors' })),
    );
    await context.close();
  }
}

/** Nothing of ours is on its way any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.bui-Container, .bui-Card').first().waitFor();
  await page.waitForFunction(
    () =>
      !document.querySelector(
        '[data-testid="progress"], [role="status"][aria-label^="Loading"], main [aria-busy="true"], .bui-Skeleton',
      ),
  );
  await page.waitForLoadState('networkidle');
  await page.evaluate(async () => {
    await document.fonts.ready;
    // One that never ends, such as that of a spinner, is not waited for.
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.race([
      Promise.allSettled(ending.map(({ finished }) => finished)),
      // One that is paused never ends either.
      new Promise(resolve => setTimeout(resolve, 1000)),
    ]);
  });
}

/**
 * Nothing moved by itself since the page was opened.
 *
 * @param within - only what moved inside of it counts: the rest is not ours
 */
export async function assertStill(page: Page, within = 'body'): Promise<void> {
  const shift = await page
    .locator(within)
    .evaluate(
      (box, isAll) =>
        window.layoutShifts
          .filter(
            ({ nodes }) =>
              isAll || nodes.some(node => node !== box && box.contains(node)),
          )
          .reduce((sum, { value }) => sum + value, 0),
      within === 'body',
    );
  assert.ok(
    shift <= MOST_LAYOUT_SHIFT,
    `the layout shifted by ${shift}; at most ${MOST_LAYOUT_SHIFT} is allowed`,
  );
}

/** More stops than there are on any page. */
const MOST_STOPS = 200;

/** Presses a key until something, or something in it, has the focus. */
export async function reach(
  page: Page,
  key: string,
  place: Locator,
): Promise<void> {
  await place.first().waitFor();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press(key);
    const isThere = await place
      .first()
      .evaluate(element => element.contains(document.activeElement));
    if (isThere) {
      return;
    }
  }
  throw new Error(`${place} is not reached by pressing ${key}`);
}

let axeSource: string | undefined;

const NARROW = 390;

/** {@link axe} on a wide page and on a narrow one. */
export async function assertAccessible(page: Page): Promise<void> {
  assert.deepEqual(await axe(page), []);
  const { height = 1000 } = page.viewportSize() ?? {};
  await page.setViewportSize({ width: NARROW, height });
  await settled(page);
  assert.deepEqual(await axe(page), [], `${NARROW} px wide`);
}

/** What axe finds in the parts that are ours; the frame around them is Backstage's. */
async function axe(page: Page): Promise<string[]> {
  axeSource ??= await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const found = ['.bui-Container', '[role="dialog"]'].filter(selector =>
      document.querySelector(selector),
    );
    // On the overview of an entity only the card is ours.
    const ours = found.length > 0 ? found : ['.bui-Card'];
    const { violations } = await window.axe.run(
      { include: ours.map(selector => [selector]) },
      { resultTypes: ['violations'] },
    );
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ html, failureSummary }) =>
          `${id}: ${help}\n  ${html.slice(0, 300)}\n  ${failureSummary ?? ''}`,
      ),
    );
  });
}
