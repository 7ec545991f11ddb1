import type { Page } from 'playwright-core';

/** A view of the plugin: where it is, and what one does there to see it. */
export interface View {
  readonly name: string;
  readonly path: string;
  readonly reach?: (page: Page) => Promise<void>;
  /** What of it is ours, where not all is: a selector. */
  readonly ours?: string;
}

const SERVICE = 'component%3Adefault%2Fcheckout-api';

/** Every view, as a person reaches it. */
export const VIEWS: readonly View[] = [
  { name: 'overview', path: '/four-keys/overview?days=90' },
  {
    name: 'evidence',
    path: '/four-keys/overview?days=90&evidence=changeFailureRate',
    reach: page => page.getByRole('dialog').waitFor(),
  },
  { name: 'deployments-choose', path: '/four-keys/deployments' },
  {
    name: 'deployments',
    path: `/four-keys/deployments?service=${SERVICE}`,
  },
  {
    name: 'deployment',
    path: `/four-keys/deployments?service=${SERVICE}`,
    reach: async page => {
      await page
        .getByRole('button', { name: /^Open / })
        .first()
        .click();
      await page.getByRole('list', { name: 'Changes' }).waitFor();
    },
  },
  { name: 'incidents', path: '/four-keys/incidents?days=90' },
  {
    name: 'correct-incident',
    path: '/four-keys/incidents?days=90',
    reach: async page => {
      await page
        .getByRole('button', { name: /^Correct / })
        .first()
        .click();
      await page.getByRole('textbox', { name: /Why/ }).waitFor();
    },
  },
  { name: 'templates', path: '/four-keys/templates?days=180' },
  { name: 'health', path: '/four-keys/health' },
  {
    name: 'entity-tab',
    path: '/catalog/default/component/checkout-api/four-keys',
  },
  {
    name: 'entity-card',
    path: '/catalog/default/component/checkout-api',
    // The cards around it are Backstage's, and push it as they fill.
    ours: '.bui-Card:has(h3:text-is("Four Keys"))',
  },
];

/** Every page, as it is when one comes from the navigation. */
export const PAGES: readonly string[] = [
  '/four-keys/overview',
  '/four-keys/deployments',
  '/four-keys/incidents',
  '/four-keys/templates',
  '/four-keys/health',
];
