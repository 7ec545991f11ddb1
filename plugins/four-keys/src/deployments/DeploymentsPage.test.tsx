import { renderInTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import { fourKeysApiRef, type FourKeysApi } from '../api';
import { pageOf, recordedApi } from '../fixtures';
import { DeploymentsPage } from './DeploymentsPage';

const Url = () => {
  const { pathname, search } = useLocation();
  return <span data-testid="url">{`${pathname}${search}`}</span>;
};

function open(change: Partial<FourKeysApi> = {}, url = '/?service=checkout') {
  const recorded = recordedApi(change);
  const api = {
    ...recorded,
    deployments: jest.fn(recorded.deployments),
    deployment: jest.fn(recorded.deployment),
  };
  renderInTestApp(
    <>
      <DeploymentsPage />
      <Url />
    </>,
    {
      apis: [
        [fourKeysApiRef, api],
        [catalogApiRef, catalogApiMock({ entities: [] })],
      ],
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
      initialRouteEntries: [url],
    },
  );
  return api;
}

const url = () => screen.getByTestId('url').textContent;

describe('the deployments of a service', () => {
  it('stand on one axis with the incidents, and below it as rows in words', async () => {
    open();
    const marks = within(
      await screen.findByRole('toolbar', {
        name: 'Deployments on the timeline',
      }),
    ).getAllByRole('button');
    expect(marks.map(mark => mark.getAttribute('aria-label'))).toEqual([
      expect.stringContaining('d-39, Failed its users'),
      expect.stringContaining('d-40, Rollback'),
      expect.stringContaining('d-41, Pipeline failed'),
      expect.stringContaining('d-42, Succeeded'),
    ]);
    expect(
      screen.getByRole('img', { name: '1 incident in the window' }),
    ).toBeVisible();
    const failed = within(screen.getByRole('row', { name: /d-39/ }));
    expect(
      failed.getByText('1 incident, undone by d-40, recovered after 1 h'),
    ).toBeVisible();
    const rollback = within(screen.getByRole('row', { name: /^d-40/ }));
    expect(rollback.getByText('Undid d-39')).toBeVisible();
    expect(
      within(screen.getByRole('row', { name: /d-42/ })).getByRole('link', {
        name: /Pipeline/,
      }),
    ).toHaveAttribute('href', 'https://ci.example.com/runs/77');
  });

  it('are walked through with the arrow keys, and opened', async () => {
    const user = userEvent.setup();
    const api = open();
    const toolbar = await screen.findByRole('toolbar');
    const marks = within(toolbar).getAllByRole('button');
    expect(marks.filter(mark => mark.tabIndex === 0)).toEqual([marks[3]]);
    marks[3].focus();
    await user.keyboard('{ArrowLeft}{ArrowLeft}');
    expect(marks[1]).toHaveFocus();
    await user.keyboard('{Home}');
    expect(marks[0]).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(url()).toBe('/?service=checkout&open=d-39&of=production');
    await waitFor(() =>
      expect(api.deployment).toHaveBeenCalledWith(
        { service: 'checkout', environment: 'production', id: 'd-39' },
        expect.anything(),
      ),
    );
    const drawer = within(await screen.findByRole('dialog'));
    expect(
      await drawer.findByText(
        'Coding 2 h · Review 3 h · Merge to deployment 1 h',
      ),
    ).toBeVisible();
    expect(drawer.getByText('6 h')).toBeVisible();
    expect(
      drawer.getByRole('link', { name: /Pull request 42/ }),
    ).toHaveAttribute('href', 'https://github.com/acme/checkout/pull/42');
    expect(drawer.getByText(/success after 8 min/)).toBeVisible();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(url()).toBe('/?service=checkout'));
  });

  it('are those of a service that one chooses', async () => {
    const user = userEvent.setup();
    open({}, '/');
    await user.click(
      await screen.findByRole('button', {
        name: 'Show the deployments of checkout',
      }),
    );
    expect(url()).toContain('service=component%3Adefault%2Fcheckout');
  });

  it('say what to do where there are none, and can be asked for again', async () => {
    const user = userEvent.setup();
    let attempts = 0;
    open({
      deployments: async () => {
        attempts += 1;
        if (attempts === 1) {
          throw new Error('It rains');
        }
        return pageOf([]);
      },
      incidents: async () => pageOf([]),
    });
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    expect(
      await screen.findByText(
        'checkout deployed nothing to production in this window.',
      ),
    ).toBeVisible();
    expect(screen.getByText(/four-keys emit deploy/)).toBeVisible();
  });
});
