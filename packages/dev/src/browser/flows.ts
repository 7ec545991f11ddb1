import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { isComputed, untilPipeline } from '../example/health';
import type { RunningApp } from './app';
import { paintsQuickly } from './paint';
import type { Flow } from './stage';
import { assertStill, reach, settled, visit } from './visit';

const API = '**/api/four-keys/**';

const rateOf = (page: Page) =>
  page.getByRole('status', { name: 'Change failure rate' }).innerText();

/** Longer than the pipeline takes for one event on a slow machine. */
const SEEN_WITHIN_MS = 60_000;

/** Opens the page again until something is on it. */
async function untilSeen(page: Page, place: Locator): Promise<void> {
  const deadline = Date.now() + SEEN_WITHIN_MS;
  await settled(page);
  while ((await place.count()) === 0 && Date.now() < deadline) {
    await page.reload();
    await settled(page);
  }
  await place.waitFor();
}

async function choose(page: Page, label: string, option: RegExp) {
  await page.getByRole('button', { name: new RegExp(`${label}$`) }).click();
  await page.getByRole('option', { name: option }).click();
}

const HOUR_MS = 3_600_000;

/** Sends an event of checkout-api, some hours old. */
const send = async (
  app: RunningApp,
  kind: string,
  hoursAgo: number,
  data: { readonly [name: string]: string },
) => {
  const response = await fetch(`${app.url}/api/four-keys/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${app.token}`,
      'content-type': 'application/cloudevents+json',
    },
    body: JSON.stringify({
      specversion: '1.0',
      id: `${kind}/${Object.values(data).join('/')}`,
      source: 'browser.test',
      type: `dev.fourkeys.${kind}`,
      time: new Date(Date.now() - hoursAgo * HOUR_MS).toISOString(),
      data: { service_id: 'checkout-api', ...data },
    }),
  });
  assert.equal(response.status, 202);
};

/** What people do with the pages, each from the beginning. */
export const FLOWS: readonly Flow[] = [
  {
    name: 'a number on the overview opens its evidence, and the window changes',
    walk: ({ browser, full }) =>
      visit(browser, `${full.url}/four-keys`, {}, async page => {
        const tiles = page.getByRole('list', { name: 'Six metrics' });
        await tiles.getByRole('listitem').first().waitFor();
        await settled(page);
        await page
          .getByRole('button', {
            name: 'Show the evidence of lead time for changes',
          })
          .first()
          .click();
        await page.getByRole('dialog').getByRole('listitem').first().waitFor();
        assert.match(page.url(), /evidence=leadTime/);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await choose(page, 'Window', /^Last 90 days$/);
        await page.waitForURL(/days=90/);
        await page.getByRole('tab', { name: 'Incidents' }).click();
        await page.waitForURL(/incidents.*days=90/);
        await page.goBack();
        await page.waitForURL(/overview.*days=90/);
      }),
  },
  {
    name: 'a deployment is opened by the keyboard alone',
    walk: ({ browser, full }) =>
      visit(
        browser,
        `${full.url}/four-keys/deployments?service=checkout-api`,
        {},
        async page => {
          await settled(page);
          const marks = page.getByRole('toolbar', {
            name: 'Deployments on the timeline',
          });
          await marks.getByRole('button').last().focus();
          await page.keyboard.press('ArrowLeft');
          await page.keyboard.press('Enter');
          await page.getByRole('list', { name: 'Changes' }).waitFor();
          await page.keyboard.press('Escape');
          await page.getByRole('dialog').waitFor({ state: 'detached' });
          assert.doesNotMatch(page.url(), /open=/);
        },
      ),
  },
  {
    name: 'a component has its tab and its card',
    walk: async ({ browser, full }) => {
      const component = `${full.url}/catalog/default/component/checkout-api`;
      await visit(browser, component, {}, async page => {
        await page.getByText('Lead time for changes').first().waitFor();
      });
      await visit(browser, `${component}/four-keys`, {}, async page => {
        await page.getByRole('list', { name: 'Six metrics' }).waitFor();
      });
    },
  },
  {
    name: 'the link of an incident is corrected, and the failure rate changes',
    walk: async ({ browser, full }) => {
      await send(full, 'deploy.completed', 2, {
        environment: 'production',
        deployment_id: 'blamed-at-first',
        status: 'success',
      });
      await send(full, 'incident.opened', 1, { incident_id: 'certificate' });
      await untilPipeline(full, { holds: isComputed, onProgress: () => {} });
      await visit(
        browser,
        `${full.url}/four-keys/incidents?service=checkout-api&days=90`,
        {},
        async page => {
          await settled(page);
          const before = await rateOf(page);
          await page
            .getByRole('button', {
              name: 'Correct what certificate is blamed on',
            })
            .click();
          await choose(
            page,
            'Which deployment caused it\\?',
            /^No deployment$/,
          );
          await page
            .getByRole('textbox', { name: /Why/ })
            .fill('A certificate expired');
          await page
            .getByRole('dialog')
            .getByRole('button', { name: 'Correct', exact: true })
            .click();
          const outcome = page.getByText(/is corrected; the numbers/);
          await outcome.waitFor();
          if ((await outcome.innerText()).includes('in a moment')) {
            await untilPipeline(full, {
              holds: isComputed,
              onProgress: () => {},
            });
            await page.reload();
          }
          await page.getByText('A certificate expired').waitFor();
          await page.waitForFunction(said => {
            const rate = document.querySelector<HTMLElement>(
              '[role="status"][aria-label="Change failure rate"]',
            );
            return rate !== null && rate.innerText !== said;
          }, before);
        },
      );
    },
  },
  {
    name: 'a dead letter is replayed after its cause is mended',
    walk: async ({ browser, full, apps }) => {
      await apps.sql(
        'organisation',
        `ALTER TABLE claims ADD CONSTRAINT broken CHECK (data->>'deployment_id' <> 'replay-me') NOT VALID`,
      );
      await send(full, 'deploy.completed', 0, {
        environment: 'staging',
        deployment_id: 'replay-me',
        status: 'success',
      });
      await visit(browser, `${full.url}/four-keys/health`, {}, async page => {
        const replay = page.getByRole('button', {
          name: /^Replay dead letter/,
        });
        await untilSeen(page, replay);
        await apps.sql(
          'organisation',
          'ALTER TABLE claims DROP CONSTRAINT broken',
        );
        await reach(page, 'Tab', replay);
        await page.keyboard.press('Enter');
        await page.getByText(/· replayed/).waitFor();
        await page.getByText(/^None waits/).waitFor();
      });
    },
  },
  {
    name: 'two versions of a template are compared',
    walk: ({ browser, full }) =>
      visit(
        browser,
        `${full.url}/four-keys/templates?days=90`,
        {},
        async page => {
          await page
            .getByRole('grid', { name: /^Versions .* and .* of / })
            .getByText(/n = \d/)
            .first()
            .waitFor();
        },
      ),
  },
  {
    name: 'a viewer sees one team, is told so, and can change nothing',
    walk: ({ browser, viewer }) =>
      visit(browser, `${viewer.url}/four-keys`, {}, async page => {
        await page
          .getByText(/\d+ of \d+ services visible/)
          .first()
          .waitFor();
        await page.getByRole('tab', { name: 'Incidents' }).click();
        await page.getByText(/fourKeys\.incidents\.correct/).waitFor();
        await settled(page);
        assert.equal(
          await page.getByRole('button', { name: /^Correct what/ }).count(),
          0,
        );
        await page.getByRole('tab', { name: 'Pipeline health' }).click();
        await page.getByText(/fourKeys\.deadLetters\.read/).waitFor();
      }),
  },
  {
    name: 'an empty installation teaches the first step',
    walk: ({ browser, empty }) =>
      visit(browser, `${empty.url}/four-keys`, {}, async page => {
        await page.getByText('Nothing has been reported yet').waitFor();
        await page.getByRole('tab', { name: 'Templates' }).click();
        await page.getByText(/No template has been run/).waitFor();
      }),
  },
  {
    name: 'a failing API says what failed and can be asked again',
    walk: ({ browser, full }) => {
      let isFailing = true;
      return visit(
        browser,
        `${full.url}/four-keys/templates`,
        {},
        async page => {
          await page.getByText('The templates could not be loaded').waitFor();
          isFailing = false;
          await page.getByRole('button', { name: 'Try again' }).first().click();
          await page.getByText('Golden paths').waitFor();
        },
        page =>
          page.route(API, route =>
            isFailing
              ? route.fulfill({ status: 502, body: 'Bad gateway' })
              : route.continue(),
          ),
      );
    },
  },
  {
    name: 'a slow API shows places, and nothing moves when the answers come',
    walk: ({ browser, full }) =>
      visit(
        browser,
        `${full.url}/four-keys/incidents`,
        {},
        async page => {
          await page.locator('.bui-Skeleton').first().waitFor();
          await page.getByRole('grid', { name: 'Incidents' }).waitFor();
          await settled(page);
          await assertStill(page);
        },
        page =>
          page.route(API, async route => {
            await new Promise(resolve => setTimeout(resolve, 1500));
            await route.continue();
          }),
      ),
  },
  {
    name: 'a table of 100 services paints within a second of its data',
    walk: ({ browser, full }) => paintsQuickly(browser, full),
  },
];
