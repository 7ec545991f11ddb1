import { renderInTestApp } from '@backstage/frontend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { fourKeysApiRef, type FourKeysApi } from '../api';
import { incidentRow, metricsAnswer, pageOf, recordedApi } from '../fixtures';
import { IncidentsPage } from './IncidentsPage';

function open(change: Partial<FourKeysApi> = {}) {
  const recorded = recordedApi(change);
  const api = { ...recorded, correctLink: jest.fn(recorded.correctLink) };
  renderInTestApp(<IncidentsPage />, {
    apis: [
      [fourKeysApiRef, api],
      [catalogApiRef, catalogApiMock({ entities: [] })],
      [
        permissionApiRef,
        { authorize: async () => ({ result: AuthorizeResult.ALLOW }) },
      ],
    ],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
  });
  return api;
}

describe('the incidents', () => {
  it('say which deployment is blamed, and how that was found', async () => {
    open({
      incidents: async () =>
        pageOf([
          incidentRow(),
          incidentRow({
            incidentId: 'INC-8',
            duration: null,
            resolvedAt: null,
            link: {
              method: 'corrected',
              service: null,
              environment: null,
              deploymentId: null,
            },
            correction: {
              by: 'user:default/ada',
              at: '2026-05-28T09:00:00.000Z',
              reason: 'A certificate expired',
            },
          }),
        ]),
    });
    const first = within(await screen.findByRole('row', { name: /INC-7/ }));
    expect(first.getByText('d-39')).toBeVisible();
    expect(first.getByText('Latest deployment before it')).toBeVisible();
    expect(first.getByText('1 h')).toBeVisible();
    const second = within(screen.getByRole('row', { name: /INC-8/ }));
    expect(second.getByText('Open')).toBeVisible();
    expect(second.getByText(/^by ada · .* · A certificate/)).toBeVisible();
  });

  it('are corrected by whoever may, and the number follows on the spot', async () => {
    const user = userEvent.setup();
    let isCorrected = false;
    const { metrics } = metricsAnswer();
    const api = open({
      correctLink: async () => {
        isCorrected = true;
        return { applied: true };
      },
      metrics: async () =>
        metricsAnswer({
          ...metrics,
          changeFailureRate: {
            ...metrics.changeFailureRate,
            status: 'ok',
            value: isCorrected ? 0.125 : 0.25,
          },
        }),
    });
    expect(await screen.findByText('Change failure rate: 25%')).toBeVisible();
    await user.click(
      await screen.findByRole('button', {
        name: 'Correct what INC-7 is blamed on',
      }),
    );
    const drawer = within(await screen.findByRole('dialog'));
    await user.click(
      await drawer.findByRole('button', { name: /Which deployment/ }),
    );
    await user.click(await screen.findByRole('option', { name: /^d-42/ }));
    await user.type(
      drawer.getByRole('textbox', { name: 'Why?' }),
      ' Wrong one ',
    );
    await user.click(drawer.getByRole('button', { name: 'Correct' }));
    expect(
      await screen.findByText('INC-7 is corrected; the numbers have it.'),
    ).toBeVisible();
    expect(api.correctLink).toHaveBeenCalledWith('INC-7', {
      service: 'checkout',
      deploymentId: 'd-42',
      environment: 'production',
      reason: 'Wrong one',
    });
    expect(await screen.findByText('Change failure rate: 12.5%')).toBeVisible();
  });

  it('stay open and say so when the correction fails', async () => {
    const user = userEvent.setup();
    open({
      correctLink: async () => {
        throw new Error('It rains');
      },
    });
    await user.click(
      await screen.findByRole('button', { name: /^Correct what/ }),
    );
    await user.click(
      await within(await screen.findByRole('dialog')).findByRole('button', {
        name: 'Correct',
      }),
    );
    expect(
      await screen.findByText('The correction could not be sent'),
    ).toBeVisible();
  });
});
