import type { JsonObject } from '@backstage/types';
import { renderTestApp } from '@backstage/frontend-test-utils';
import {
  createTestEntityPage,
  catalogApiMock,
} from '@backstage/plugin-catalog-react/testUtils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { fourKeysApiRef, FourKeysApiError, type FourKeysApi } from './api';
import {
  metricsAnswer,
  recordedApi,
  WITHOUT_INCIDENT_SOURCE,
} from './fixtures';
import fourKeysPlugin from './index';

const ENTITY = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'checkout-api',
    annotations: { 'four-keys.dev/service-id': 'checkout' },
  },
  spec: { type: 'service' },
  status: {
    items: ['owner', 'runtime', 'deploy-type'].map(name => ({
      type: 'four-keys.dev/missing',
      level: 'warning',
      message: `four-keys.dev/${name} is missing`,
    })),
  },
};

function open(
  name: 'page' | 'entity-card' | 'entity-content',
  change: Partial<FourKeysApi> = {},
  config: JsonObject = {},
) {
  const api = { ...recordedApi(), ...change };
  const entityExtension =
    name === 'page'
      ? []
      : [
          createTestEntityPage({ entity: ENTITY }),
          fourKeysPlugin.getExtension(`${name}:four-keys`),
        ];
  renderTestApp({
    features: name === 'page' ? [fourKeysPlugin] : [],
    extensions: entityExtension,
    apis: [
      [fourKeysApiRef, api],
      [catalogApiRef, catalogApiMock({ entities: [ENTITY] })],
    ],
    initialRouteEntries: [name === 'page' ? '/four-keys' : '/'],
    config,
  });
}

const unknownScope = async () => {
  throw new FourKeysApiError(404, {
    name: 'NotFoundError',
    message: 'There is no service "component:default/checkout-api"',
    code: 'unknown_scope',
  });
};

describe('the plugin', () => {
  it('has its page at /four-keys', async () => {
    open('page');
    expect(
      await screen.findByRole('grid', { name: 'Metrics by service' }),
    ).toBeVisible();
    expect(await screen.findByText('ledger')).toBeVisible();
  });

  it('begins where the app says', async () => {
    const metrics = jest.fn(async () => metricsAnswer());
    open(
      'page',
      { metrics },
      {
        app: {
          extensions: [
            {
              'api:four-keys/page-defaults': {
                config: {
                  environment: 'live',
                  days: 90,
                  environments: ['live'],
                },
              },
            },
            { 'sub-page:four-keys/overview': { config: { title: 'Numbers' } } },
          ],
        },
      },
    );
    expect(
      await screen.findByRole('heading', { name: 'Everything in live' }),
    ).toBeVisible();
    expect(
      screen.getByRole('button', { name: 'Last 90 days Window' }),
    ).toBeVisible();
    expect(screen.getByRole('tab', { name: 'Numbers' })).toBeVisible();
    expect(metrics).toHaveBeenCalledWith(
      expect.objectContaining({
        scope: { environment: 'live' },
        bucket: 'week',
      }),
      expect.anything(),
    );
  });

  it('shows a component its metrics and why they are so', async () => {
    const metrics = jest.fn(async () => metricsAnswer(WITHOUT_INCIDENT_SOURCE));
    open('entity-content', { metrics });
    expect(
      await screen.findByText(
        /^Half of the 210 changes took at most 4 h 12 min from commit/,
      ),
    ).toBeVisible();
    expect(
      screen.getAllByText(/four-keys.dev\/incidents on the component/).length,
    ).toBeGreaterThan(0);
    expect(metrics).toHaveBeenCalledWith(
      expect.objectContaining({
        scope: {
          service: 'component:default/checkout-api',
          environment: 'production',
        },
      }),
      expect.anything(),
    );
  });

  it('shows a component that nobody reports how to begin', async () => {
    open('entity-content', { metrics: unknownScope });
    expect(
      await screen.findByRole('heading', {
        name: 'No event names checkout yet',
      }),
    ).toBeVisible();
    expect(screen.getByText(/emit deploy --service checkout /)).toBeVisible();
  });

  it('has a card with the four keys', async () => {
    open('entity-card', {
      metrics: async () => metricsAnswer(WITHOUT_INCIDENT_SOURCE),
    });
    expect(await screen.findByText('3.2 a day')).toBeVisible();
    expect(screen.getByText('at least 2 of 40')).toBeVisible();
    expect(screen.getByText('no incident source')).toBeVisible();
    expect(screen.getByText('production, last 30 days')).toBeVisible();
    const warnings = within(
      screen.getByRole('region', { name: 'Annotations to mend' }),
    );
    expect(
      warnings.getAllByRole('listitem').map(item => item.textContent),
    ).toEqual([
      'four-keys.dev/owner is missing',
      'four-keys.dev/runtime is missing',
      'And 1 more, in the tab.',
    ]);
  });

  it('has a card that can be asked again', async () => {
    const user = userEvent.setup();
    const metrics = jest
      .fn<ReturnType<FourKeysApi['metrics']>, []>()
      .mockRejectedValueOnce(new TypeError('Failed to fetch'))
      .mockResolvedValue(metricsAnswer());
    open('entity-card', { metrics });
    expect(
      await screen.findByText('Failed to fetch. Is the backend reachable?'),
    ).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('3.2 a day')).toBeVisible();
  });

  it('has a card that says when nothing is reported', async () => {
    open('entity-card', { metrics: unknownScope });
    expect(
      await screen.findByText(/^No event names this component yet/),
    ).toBeVisible();
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
