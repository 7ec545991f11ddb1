import { renderInTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router-dom';
import { fourKeysApiRef, FourKeysApiError, type FourKeysApi } from '../api';
import {
  HEALTHY,
  metricsAnswer,
  metricsTable,
  metricsWithout,
  pipelineHealth,
  recordedApi,
  SERVICE_ROWS,
  tableOf,
  UNTOUCHED,
} from '../fixtures';
import { OverviewPage } from './OverviewPage';

const Url = () => {
  const { pathname, search } = useLocation();
  return <span data-testid="url">{`${pathname}${search}`}</span>;
};

const catalog = () =>
  catalogApiMock({
    entities: [
      {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: { name: 'checkout', title: 'Checkout' },
        relations: [{ type: 'ownedBy', targetRef: 'group:default/storefront' }],
      },
    ],
  });

/** Shows the page on answers, and records what it asks. */
function open(change: Partial<FourKeysApi> = {}, url = '/four-keys/overview') {
  const recorded = recordedApi(change);
  const api = {
    metrics: jest.fn(recorded.metrics),
    metricsBy: jest.fn(recorded.metricsBy),
    evidence: jest.fn(recorded.evidence),
    pipelineHealth: jest.fn(recorded.pipelineHealth),
    eventsUrl: jest.fn(recorded.eventsUrl),
  };
  renderInTestApp(
    <>
      <OverviewPage />
      <Url />
    </>,
    {
      apis: [
        [fourKeysApiRef, api],
        [catalogApiRef, catalog()],
      ],
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
      initialRouteEntries: [url],
    },
  );
  return api;
}

const rowOf = async (name: RegExp) =>
  within(await screen.findByRole('row', { name }));
const url = () => screen.getByTestId('url').textContent;

const tiles = () => within(screen.getByRole('list', { name: 'Six metrics' }));

const tile = async (title: string) => {
  const list = await screen.findByRole('list', {
    name: 'Six metrics',
    busy: false,
  });
  const items = within(list).getAllByRole('listitem');
  const item = items.find(candidate =>
    within(candidate).queryByRole('heading', { level: 3, name: title }),
  );
  if (!item) {
    throw new Error(`There is no tile ${title}`);
  }
  return within(item);
};

describe('the overview', () => {
  it('shows six metrics with what they are made of', async () => {
    open();
    const leadTime = await tile('Lead time for changes');
    expect(leadTime.getByText('4 h 12 min')).toBeVisible();
    expect(leadTime.getByText('Elite in DORA 2024')).toBeVisible();
    expect(leadTime.getByText('210 changes')).toBeVisible();
    expect(
      leadTime.getByText('contents known for 90 of 96 deployments'),
    ).toBeVisible();
    const failureRate = await tile('Change failure rate');
    expect(failureRate.getByText('8 of 96 deployments failed')).toBeVisible();
    expect(tiles().getAllByRole('heading', { level: 3 })).toHaveLength(6);
    expect(
      screen.getByText(/Europe\/Berlin\. 30 days observed\. 6 services\./),
    ).toBeVisible();
  });

  it('draws every series, and compares with the window before', async () => {
    const api = open({
      metrics: async ({ to }) =>
        Date.parse(to) > Date.now() - 86_400_000
          ? metricsAnswer()
          : metricsAnswer({
              ...metricsWithout({ timeToRestore: 'no_incidents' }),
              leadTime: { ...HEALTHY.leadTime, value: 30240 },
              changeFailureRate: {
                ...HEALTHY.changeFailureRate,
                value: 0.0333,
              },
            }),
    });
    const leadTime = await tile('Lead time for changes');
    expect(
      await leadTime.findByText('50% shorter than in the window before'),
    ).toBeVisible();
    const failureRate = await tile('Change failure rate');
    expect(
      failureRate.getByText('5 points higher than in the window before'),
    ).toBeVisible();
    expect(
      failureRate.getByRole('img', {
        name: 'Change failure rate in 2 steps over the window: between 0% and 50%, lately 0%; 1 step cut by the window',
      }),
    ).toBeVisible();
    expect(
      (await tile('Deployment frequency')).getByText(
        'The same as in the window before',
      ),
    ).toBeVisible();
    expect(
      (await tile('Time to restore')).getByText(
        'No comparison with the window before',
      ),
    ).toBeVisible();
    const [now, before] = api.metrics.mock.calls.map(([question]) => question);
    expect(before.to).toBe(now.from);
    expect(Date.parse(before.to) - Date.parse(before.from)).toBe(
      30 * 86_400_000,
    );
  });

  it('asks what the URL says', async () => {
    const api = open(
      { metricsBy: async () => tableOf('team', ['group:default/payments']) },
      '/four-keys/overview?environment=staging&days=7&timezone=Asia/Tokyo&by=team&sort=leadTime&order=desc&page=2',
    );
    await rowOf(/^payments/);

    const [question] = api.metrics.mock.calls[0];
    expect(question).toMatchObject({
      scope: { environment: 'staging' },
      timezone: 'Asia/Tokyo',
      bucket: 'day',
    });
    expect(Date.parse(question.to) - Date.parse(question.from)).toBe(
      7 * 86_400_000,
    );
    expect(api.metricsBy.mock.calls[0].slice(0, 3)).toEqual([
      'team',
      question,
      { sort: 'leadTime', order: 'desc', offset: 25, limit: 25 },
    ]);
    expect(screen.getByRole('link', { name: 'payments' })).toHaveAttribute(
      'href',
      '/catalog/default/group/payments',
    );
    expect(screen.queryByText('Owner')).toBeNull();
  });

  it('says of every row what is known, and marks what is odd', async () => {
    open();
    const checkout = await rowOf(/^Checkout/);
    expect(checkout.getByRole('link', { name: 'Checkout' })).toHaveAttribute(
      'href',
      '/catalog/default/component/checkout',
    );
    expect(checkout.getByRole('link', { name: 'storefront' })).toBeVisible();
    expect(checkout.getByText('8 of 96')).toBeVisible();
    expect(checkout.getByText('5 hours ago')).toBeVisible();
    expect(
      checkout.getByRole('img', {
        name: 'Deployments over the window in 10 steps: between 0 and 9, lately 8',
      }),
    ).toBeVisible();

    const legacy = await rowOf(/^legacy-batch/);
    expect(legacy.getByText('Not in the catalog')).toBeVisible();
    expect(legacy.queryByRole('link')).toBeNull();
    expect(legacy.getByText('at least 2 of 40')).toBeVisible();

    const silent = await rowOf(/^notifications/);
    expect(silent.getByText('Silent for 50 days')).toBeVisible();
    expect(silent.getByText('none')).toBeVisible();
    expect(silent.getByText('1 open')).toBeVisible();

    const untouched = await rowOf(/^search/);
    expect(untouched.getByText('Not in production yet')).toBeVisible();
    expect(untouched.getAllByText('no data')).toHaveLength(3);
  });

  it('says in words why there is no number and what to do', async () => {
    open({
      metrics: async () =>
        metricsAnswer(
          metricsWithout({
            leadTime: 'contents_unknown',
            timeToRestore: 'no_incidents',
          }),
        ),
    });
    const leadTime = await tile('Lead time for changes');
    expect(
      leadTime.getByText('No deployment says which changes it contains.'),
    ).toBeVisible();
    expect(leadTime.getByText(/^Send commit_sha with/)).toBeVisible();
    expect(leadTime.queryByText(/DORA/)).toBeNull();
    expect(leadTime.queryByText('0 s')).toBeNull();
  });

  it('explains the numbers of a row, by mouse and by keyboard', async () => {
    const user = userEvent.setup();
    const api = open();
    await rowOf(/^Checkout/);
    await user.click(
      screen.getByRole('button', {
        name: 'Why are the numbers of Checkout so?',
      }),
    );
    const dialog = within(await screen.findByRole('dialog'));
    expect(
      await dialog.findByText(
        /^8 of the 96 deployments failed, rollbacks not counted: 8\.3%/,
      ),
    ).toBeVisible();
    expect(dialog.getByText('Deployment success rate')).toBeVisible();
    expect(api.metrics.mock.lastCall?.[0].scope).toEqual({
      service: 'checkout',
      environment: 'production',
    });
    expect(url()).toBe('/four-keys/overview?explain=checkout');

    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(url()).toBe('/four-keys/overview');

    act(() => screen.getByRole('row', { name: /^Checkout/ }).focus());
    await user.keyboard('{ArrowDown}{Enter}');
    expect(await screen.findByRole('dialog')).toBeVisible();
    expect(url()).toBe('/four-keys/overview?explain=ledger');
  });

  it('opens the evidence of every number, and goes away by keyboard', async () => {
    const user = userEvent.setup();
    const api = open();
    const leadTime = await tile('Lead time for changes');
    await user.click(
      leadTime.getByRole('button', {
        name: 'Show the evidence of lead time for changes',
      }),
    );
    expect(
      await screen.findByRole('heading', {
        name: 'Lead time for changes: Everything',
      }),
    ).toBeVisible();
    expect(url()).toBe('/four-keys/overview?evidence=leadTime');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

    const ledger = await rowOf(/^ledger/);
    await user.click(
      ledger.getByRole('button', {
        name: 'contents unknown: show the evidence of lead time for changes of ledger',
      }),
    );
    expect(
      await screen.findByRole('heading', {
        name: 'Lead time for changes: ledger',
      }),
    ).toBeVisible();
    expect(url()).toBe('/four-keys/overview?evidence=leadTime&of=ledger');
    expect(api.evidence.mock.lastCall?.[1].scope).toEqual({
      environment: 'production',
      service: 'ledger',
    });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(url()).toBe('/four-keys/overview'));

    // From the row through its cells by keyboard alone.
    act(() => screen.getByRole('row', { name: /^ledger/ }).focus());
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}{Enter}');
    await waitFor(() =>
      expect(url()).toBe(
        '/four-keys/overview?evidence=deploymentFrequency&of=ledger',
      ),
    );
  });

  it('opens the evidence that a link names', async () => {
    const api = open(
      {},
      '/four-keys/overview?by=team&evidence=changeFailureRate&of=group:default/payments',
    );
    expect(
      await screen.findByRole('heading', {
        name: 'Change failure rate: payments',
      }),
    ).toBeVisible();
    expect(api.evidence.mock.lastCall?.slice(0, 2)).toMatchObject([
      'changeFailureRate',
      { scope: { environment: 'production', team: 'group:default/payments' } },
    ]);
  });

  it('puts every choice into the URL and asks again', async () => {
    const user = userEvent.setup();
    const api = open();
    await rowOf(/^Checkout/);

    await user.click(screen.getByRole('columnheader', { name: /Lead time/ }));
    await waitFor(() => expect(url()).toContain('sort=leadTime'));
    await user.click(screen.getByRole('button', { name: /Window/ }));
    await user.click(screen.getByRole('option', { name: 'Last 90 days' }));

    await waitFor(() =>
      expect(url()).toBe('/four-keys/overview?sort=leadTime&days=90'),
    );
    await waitFor(() =>
      expect(api.metrics.mock.lastCall?.[0]).toMatchObject({ bucket: 'week' }),
    );
    expect(api.metricsBy.mock.lastCall?.[2]).toMatchObject({
      sort: 'leadTime',
      order: 'asc',
    });
  });

  it('cancels a question that nobody waits for any more', async () => {
    const user = userEvent.setup();
    const api = open({ metrics: () => new Promise(() => undefined) });
    await rowOf(/^Checkout/);
    await user.click(screen.getByRole('button', { name: /Environment/ }));
    await user.click(screen.getByRole('option', { name: 'Staging' }));
    await waitFor(() => expect(api.metrics).toHaveBeenCalledTimes(4));
    const [first, , second] = api.metrics.mock.calls.map(
      call => call[1]?.signal,
    );
    expect(first?.aborted).toBe(true);
    expect(second?.aborted).toBe(false);
  });

  it('pages through many rows', async () => {
    const user = userEvent.setup();
    const api = open({
      metricsBy: async () => metricsTable(SERVICE_ROWS, { totalRows: 60 }),
    });
    await rowOf(/^Checkout/);
    await user.click(screen.getByRole('button', { name: /next/i }));
    await waitFor(() => expect(url()).toBe('/four-keys/overview?page=2'));
    await waitFor(() =>
      expect(api.metricsBy.mock.lastCall?.[2]).toMatchObject({ offset: 25 }),
    );
  });

  it('says what failed, and tries again', async () => {
    const user = userEvent.setup();
    const metrics = jest
      .fn<ReturnType<FourKeysApi['metrics']>, []>()
      .mockRejectedValueOnce(
        new FourKeysApiError(503, {
          name: 'ServiceUnavailableError',
          message: 'The database cannot be reached',
          code: 'unavailable',
        }),
      )
      .mockResolvedValue(metricsAnswer(HEALTHY));
    open({ metrics });
    const alert = within(await screen.findByRole('alert'));
    expect(alert.getByText('The metrics could not be loaded')).toBeVisible();
    expect(
      alert.getByText('The database cannot be reached (unavailable)'),
    ).toBeVisible();
    expect(await rowOf(/^Checkout/)).toBeDefined();

    await user.click(alert.getByRole('button', { name: 'Try again' }));
    expect((await tile('Time to restore')).getByText('45 min')).toBeVisible();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('tells of problems of the pipeline, and of services that are hidden', async () => {
    open({
      metrics: async () =>
        metricsAnswer(HEALTHY, { services: { visible: 4, of: 6 } }),
      pipelineHealth: async () =>
        pipelineHealth({
          status: 'degraded',
          problems: ['3 records could not be stored; look at the dead letters'],
        }),
    });
    expect(await screen.findByText('4 of 6 services visible')).toBeVisible();
    expect(
      await screen.findByText(/these numbers may be incomplete/),
    ).toBeVisible();
    expect(
      screen.getByText(
        '3 records could not be stored; look at the dead letters.',
      ),
    ).toBeVisible();
  });

  it('goes on without a catalog and without leave to see the pipeline', async () => {
    open({
      pipelineHealth: async () => {
        throw new FourKeysApiError(403, {
          name: 'NotAllowedError',
          message: 'No',
          code: 'not_allowed',
        });
      },
    });
    expect(await rowOf(/^ledger/)).toBeDefined();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('teaches the first step where nothing was ever reported', async () => {
    open({
      metrics: async () =>
        metricsAnswer(UNTOUCHED, { services: { visible: 0, of: 0 } }),
      metricsBy: async () => metricsTable([]),
      pipelineHealth: async () => pipelineHealth({ sources: [] }),
    });
    expect(
      await screen.findByRole('heading', {
        name: 'Nothing has been reported yet',
      }),
    ).toBeVisible();
    expect(
      screen.getByText(/^npx four-keys emit deploy --service my-service/),
    ).toBeVisible();
    expect(
      await screen.findByText(
        /http:\/\/localhost:7007\/api\/four-keys\/events/,
      ),
    ).toBeVisible();
  });

  it('says where to look when an environment is empty', async () => {
    open({
      metrics: async () => metricsAnswer(UNTOUCHED),
      metricsBy: async () => metricsTable([]),
    });
    expect(
      await screen.findByText(/^No service has anything in production/),
    ).toBeVisible();
    const frequency = await tile('Deployment frequency');
    expect(
      frequency.getByText('No deployment to production has ever been seen.'),
    ).toBeVisible();
  });
});
