import { renderInTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { fourKeysApiRef, type FourKeysApi } from '../api';
import { recordedApi, templatesAnswer } from '../fixtures';
import { TemplatesPage } from './TemplatesPage';

function open(change: Partial<FourKeysApi> = {}) {
  const recorded = recordedApi(change);
  const api = {
    ...recorded,
    compareTemplates: jest.fn(recorded.compareTemplates),
  };
  renderInTestApp(<TemplatesPage />, {
    apis: [
      [fourKeysApiRef, api],
      [catalogApiRef, catalogApiMock({ entities: [] })],
    ],
  });
  return api;
}

const rowOf = async (table: string, name: RegExp) =>
  within(
    within(await screen.findByRole('grid', { name: table })).getByRole('row', {
      name,
    }),
  );

describe('the templates', () => {
  it('say how they are used, with the uncertainty of every number', async () => {
    open();
    expect(await screen.findByText('70%')).toBeVisible();
    expect(screen.getByText(/7 of 10 services come from/)).toBeVisible();
    const version = await rowOf('Versions of node-service', /^2\.0\.0/);
    expect(version.getByText('90% succeed (70% to 97%, n = 20)')).toBeVisible();
    expect(version.getByText('48 s')).toBeVisible();
    expect(
      version.getByText('30 min to 2 h, n = 6 · 1 service waiting'),
    ).toBeVisible();
    expect(version.getByText('7 services')).toBeVisible();
  });

  it('are compared by version, never by a bare arrow', async () => {
    const user = userEvent.setup();
    const api = open();
    const table = 'Versions 1.4.0 and 2.0.0 of node-service';
    const lead = await rowOf(table, /Lead time/);
    expect(lead.getByText('Better')).toBeVisible();
    expect(lead.getByText('−1 h (−1 h 30 min to −30 min)')).toBeVisible();
    const rate = await rowOf(table, /Change failure rate/);
    expect(rate.getByText('No clear difference')).toBeVisible();
    const restore = await rowOf(table, /Time to restore/);
    expect(
      restore.getByText('Too little data: 0 on one side, 5 are needed'),
    ).toBeVisible();
    expect(restore.getByText('None yet')).toBeVisible();

    await user.click(screen.getByRole('button', { name: /Version$/ }));
    await user.click(await screen.findByRole('option', { name: '2.0.0' }));
    await waitFor(() =>
      expect(api.compareTemplates).toHaveBeenLastCalledWith(
        { template: 'node-service', a: '2.0.0', b: '2.0.0' },
        expect.anything(),
        expect.anything(),
      ),
    );
  });

  it('teach the next step where there are none', async () => {
    open({ templates: async () => templatesAnswer({ templates: [] }) });
    expect(await screen.findByText(/No template has been run/)).toBeVisible();
    expect(screen.getByText(/four-keys:stamp/)).toBeVisible();
  });
});
