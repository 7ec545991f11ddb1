import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { ExampleApps, seedOrganisation, type RunningApp } from '../browser/app';
import { findChromium, launchChromium } from '../browser/chromium';
import { settled, visit } from '../browser/visit';
import { VIEWS } from '../browser/views';
import { stopSignal } from '../process/signals';
import { inRepository } from '../repository';
import { createProgress, type Progress } from '../start/progress';

const WIDTHS = [1440, 390];

async function takeAll(
  browser: Browser,
  apps: { readonly full: RunningApp; readonly empty: RunningApp },
  folder: string,
  only: readonly string[],
): Promise<void> {
  const shots = [
    ...VIEWS.map(view => ({ ...view, app: apps.full })),
    { name: 'empty', path: '/four-keys', reach: undefined, app: apps.empty },
  ].filter(({ name }) => only.length === 0 || only.includes(name));
  for (const { name, path: where, reach, app } of shots) {
    for (const theme of ['light', 'dark'] as const) {
      for (const width of WIDTHS) {
        await visit(
          browser,
          `${app.url}${where}`,
          { theme, width, reducedMotion: true },
          async page => {
            await settled(page);
            await reach?.(page);
            await settled(page);
            await page.screenshot({
              path: path.join(folder, `${name}-${theme}-${width}.png`),
            });
          },
        );
      }
    }
  }
}

async function run(
  progress: Progress,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const chromium = await findChromium(process.env);
  if (!chromium) {
    throw new Error(
      'There is no Chromium; install it ("apt-get install chromium") or name one with FOUR_KEYS_CHROMIUM.',
    );
  }
  const folder = inRepository('.data', 'screenshots');
  await mkdir(folder, { recursive: true });
  const apps = await ExampleApps.create(progress, signal);
  try {
    const full = await apps.start(progress, { data: 'organisation' });
    await seedOrganisation(full, progress);
    const empty = await apps.start(progress, { data: 'empty' });
    const browser = await launchChromium(chromium);
    try {
      await progress.step('Taking screenshots', () =>
        takeAll(browser, { full, empty }, folder, args),
      );
    } finally {
      await browser.close();
    }
    progress.note(`They are in ${path.relative(process.cwd(), folder)}`);
  } finally {
    await apps.stop();
  }
}

/** `npm run screenshots`: every view in light and dark, wide and narrow. */
export async function main(args: readonly string[]): Promise<void> {
  const { signal } = stopSignal();
  try {
    await run(createProgress(process.stdout), args, signal);
  } catch (error) {
    process.stderr.write(`\n${(error as Error).message}\n`);
    process.exitCode = 1;
  }
  process.exit();
}
