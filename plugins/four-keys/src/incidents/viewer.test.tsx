import { renderInTestApp } from '@backstage/frontend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { screen } from '@testing-library/react';
import { fourKeysApiRef } from '../api';
import { recordedApi } from '../fixtures';
import { IncidentsPage } from './IncidentsPage';

// Decisions are cached for as long as a file of tests runs, so this has its own.
it('lets a viewer without the permission look, and says what is lacking', async () => {
  renderInTestApp(<IncidentsPage />, {
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
  expect(await screen.findByRole('row', { name: /INC-7/ })).toBeVisible();
  expect(
    await screen.findByText(/ask for the permission fourKeys\.incidents/),
  ).toBeVisible();
  expect(
    screen.queryByRole('button', { name: /^Correct what/ }),
  ).not.toBeInTheDocument();
});
