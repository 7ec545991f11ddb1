import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ExampleApps, seedOrganisation } from '../browser/app';
import { findChromium, launchChromium } from '../browser/chromium';
import { FLOWS, type Stage } from '../browser/flows';
import { axe, layoutShift, settled, visit, type Theme } from '../browser/visit';
import { VIEWS, type View } from '../browser/views';
import { stopSignal } from '../process/signals';
import { createProgress } from '../start/progress';

const MOST_LAYOUT_SHIFT = 0.05;
const TEAM = 'group:default/storefront-team';
const TIMEOUT_MS = 120_000;

async function prepare(chromium: string, signal: AbortSignal): Promise<Stage> {
  const progress = createProgress(process.stdout);
  const apps = await ExampleApps.create(progress, signal);
  try {
    const full = await apps.start(progress, { data: 'organisation' });
    await seedOrganisation(full, progress);
    const viewer = await apps.start(progress, {
      data: 'organisation',
      viewerOf: TEAM,
    });
    const empty = await apps.start(progress, { data: 'empty' });
    const browser = await launchChromium(chromium);
    return { browser, apps, full, viewer, empty };
  } catch (error) {
    await apps.stop();
    throw error;
  }
}

/** One view: accessible, and still while it loads. */
const look = ({ browser, full }: Stage, view: View, theme: Theme) =>
  visit(
    browser,
    `${full.url}${view.path}`,
    { theme, reducedMotion: true },
    async page => {
      await settled(page);
      const shift = await layoutShift(page);
      await view.reach?.(page);
      await settled(page);
      assert.deepEqual(await axe(page), []);
      assert.ok(shift <= MOST_LAYOUT_SHIFT, `the layout shifted by ${shift}`);
    },
  );

function declareTests(chromium: string, signal: AbortSignal): void {
  describe('the pages in a real browser', () => {
    let stage: Stage;

    before(
      async () => {
        stage = await prepare(chromium, signal);
      },
      { timeout: 600_000 },
    );

    after(async () => {
      await stage?.browser.close();
      await stage?.apps.stop();
    });

    const test = (name: string, walk: (on: Stage) => Promise<void>) =>
      it(name, { timeout: TIMEOUT_MS }, () => walk(stage));

    for (const view of VIEWS) {
      for (const theme of ['light', 'dark'] as const) {
        test(`${view.name} in ${theme}: axe finds nothing, nothing moves`, on =>
          look(on, view, theme));
      }
    }
    for (const { name, walk } of FLOWS) {
      test(name, walk);
    }
  });
}

/** `npm run browser`: what people do with the pages, in a real browser. */
export async function main(): Promise<void> {
  const { signal } = stopSignal();
  const chromium = await findChromium(process.env);
  if (chromium) {
    declareTests(chromium, signal);
    return;
  }
  process.stderr.write(
    '\nSKIPPED: there is no Chromium; install it ("apt-get install chromium") or name one with FOUR_KEYS_CHROMIUM.\n',
  );
  process.exitCode = process.env.CI === 'true' ? 1 : 0;
}
