import { after, before, describe, it } from 'node:test';
import { ExampleApps, seedOrganisation } from '../browser/app';
import { findChromium, launchChromium } from '../browser/chromium';
import { FLOWS } from '../browser/flows';
import type { Stage } from '../browser/stage';
import {
  assertAccessible,
  assertStill,
  settled,
  visit,
  type Theme,
} from '../browser/visit';
import { PAGES, VIEWS, type View } from '../browser/views';
import { stopSignal } from '../process/signals';
import { createProgress } from '../start/progress';

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
      await assertStill(page, view.ours);
      await view.reach?.(page);
      await settled(page);
      await assertAccessible(page);
    },
  );

/** Every page of an app that has little to show, or to somebody who may see little. */
async function lookAtPages(
  stage: Stage,
  name: 'viewer' | 'empty',
  theme: Theme,
): Promise<void> {
  const { browser, [name]: app } = stage;
  for (const path of PAGES) {
    await visit(
      browser,
      `${app.url}${path}`,
      { theme, reducedMotion: true },
      async page => {
        await settled(page);
        await assertAccessible(page);
      },
    );
  }
}

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
        test(`${view.name} in ${theme}: axe finds nothing, wide or narrow, and nothing moves`, on =>
          look(on, view, theme));
      }
    }
    for (const name of ['viewer', 'empty'] as const) {
      for (const theme of ['light', 'dark'] as const) {
        test(`the pages of the ${name} app in ${theme}: axe finds nothing`, on =>
          lookAtPages(on, name, theme));
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
