import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';

/** A browser as a person has it. */
export interface Browser {
  /** Opens the portal and signs in as a guest. */
  signIn(url: string): Promise<Page>;
  close(): Promise<void>;
}

const CANDIDATES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/**
 * Waits until a text is to be seen.
 *
 * @throws Error with what is there instead
 */
export async function see(page: Page, text: string | RegExp): Promise<void> {
  await page
    .getByText(text)
    .first()
    .waitFor()
    .catch(async error => {
      const shown = await page.locator('body').innerText();
      throw new Error(
        `${text} is not to be seen at ${page.url()}, but:\n${shown}\n${error}`,
      );
    });
}

/** @throws Error that says how to get a browser where there is none */
export async function openBrowser(): Promise<Browser> {
  const executablePath = CANDIDATES.find(file => file && existsSync(file));
  if (!executablePath) {
    throw new Error(
      'There is no Chromium on this machine: install the package chromium of your system, or set CHROMIUM_PATH to one',
    );
  }
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox'],
  });
  return {
    async signIn(url) {
      const page = await browser.newPage();
      page.setDefaultTimeout(60_000);
      await page.goto(url);
      const enter = page.getByRole('button', { name: /enter/i });
      await enter.click();
      // The sign-in is remembered once the app stands in its place.
      await enter.waitFor({ state: 'hidden' });
      await page.getByRole('link', { name: 'Four Keys' }).first().waitFor();
      return page;
    },
    close: () => browser.close(),
  };
}
