import { renderInTestApp } from '@backstage/frontend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { screen } from '@testing-library/react';
import { fourKeysApiRef } from '../api';
import { recordedApi } from '../fixtures';
import { HealthPage } from './HealthPage';

// Decisions are cached for as long as a file of tests runs, so this has its own.
it('shows no bytes of dead letters to whoever may not see them', async () => {
  renderInTestApp(<HealthPage />, {
    apis: [
      [fourKeysApiRef, recordedApi()],
      [catalogApiRef, catalogApiMock({ entities: [] })],
      [
        permissionApiRef,
        { authorize: async () => ({ result: AuthorizeResult.DENY }) },
      ],
    ],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
  });
  expect(
    await screen.findByText(/with the permission fourKeys\.deadLetters\.read/),
  ).toBeVisible();
  expect(
    screen.queryByRole('list', { name: 'Dead letters' }),
  ).not.toBeInTheDocument();
});
