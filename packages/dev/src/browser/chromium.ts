import { NotFoundError } from '@backstage/errors';
import { access, constants } from 'node:fs/promises';
import { chromium, type Browser } from 'playwright-core';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const isExecutable = (file: string) =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/** The system's Chromium, or the one that FOUR_KEYS_CHROMIUM names; undefined: there is none. */
export async function findChromium(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const named = env.FOUR_KEYS_CHROMIUM;
  if (named) {
    if (!(await isExecutable(named))) {
      throw new NotFoundError(
        `FOUR_KEYS_CHROMIUM is "${named}", which is no program; name a Chromium, or leave it out.`,
      );
    }
    return named;
  }
  for (const place of USUAL_PLACES) {
    if (await isExecutable(place)) {
      return place;
    }
  }
  return undefined;
}

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // Root, as whom CI runs, has no sandbox; what it opens is our own app.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}
