import { FlatRoutes } from '@backstage/core-app-api';
import { convertLegacyAppRoot } from '@backstage/core-compat-api';
import {
  createPlugin,
  createRoutableExtension,
  createRouteRef,
} from '@backstage/core-plugin-api';
import { renderTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { screen } from '@testing-library/react';
import { Route } from 'react-router-dom';
import { fourKeysApiRef } from './api';
import { recordedApi } from './fixtures';
import fourKeysPlugin from './index';

const routeRef = createRouteRef({ id: 'old' });

const OldPage = createPlugin({ id: 'old', routes: { routeRef } }).provide(
  createRoutableExtension({
    name: 'OldPage',
    mountPoint: routeRef,
    component: async () => () => <p>What was there before</p>,
  }),
);

describe('an app of the old frontend system that converts its root', () => {
  it.each([
    ['/old', 'What was there before'],
    ['/four-keys', 'Everything in production'],
  ])('shows at %s: %s', async (route, text) => {
    const legacy = convertLegacyAppRoot(
      <FlatRoutes>
        <Route path="/old" element={<OldPage />} />
      </FlatRoutes>,
    );
    renderTestApp({
      features: [fourKeysPlugin, ...legacy],
      apis: [
        [fourKeysApiRef, recordedApi()],
        [catalogApiRef, catalogApiMock({ entities: [] })],
      ],
      initialRouteEntries: [route],
    });
    // The first page of a run loads everything there is.
    expect(
      await screen.findByText(text, {}, { timeout: 25_000 }),
    ).toBeVisible();
  });
});
