import { identityApiRef } from '@backstage/frontend-plugin-api';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  Link,
  Route,
  Routes,
  useLocation,
  useNavigate,
} from 'react-router-dom';
import { fourKeysApiRef, type FourKeysApi } from '../api';
import { metricsAnswer, recordedApi, tableOf } from '../fixtures';
import { useForgetAnswers, useMetrics, type Page } from '../state';
import { PageFrame } from './PageFrame';

const Asking = ({ page }: { page: Page }) => {
  const { value, isPending, isOther, error, retry } = useMetrics(page);
  return (
    <>
      <output aria-label="Deployments">
        {value ? value.metrics.deploymentFrequency.count : 'none'}
        {isOther ? ' of before' : ''}
        {isPending ? ' ...' : ''}
      </output>
      {error && <button onClick={retry}>{error.message}</button>}
    </>
  );
};

const Tools = () => {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const forget = useForgetAnswers();
  return (
    <>
      <span data-testid="url">{`${pathname}${search}`}</span>
      <Link to="/a">To a</Link>
      <Link to="/b">To b</Link>
      <button onClick={() => navigate(-1)}>Back</button>
      <button onClick={forget}>Correct</button>
    </>
  );
};

function open(change: Partial<FourKeysApi> = {}, url = '/a') {
  const recorded = recordedApi(change);
  const api = { ...recorded, metrics: jest.fn(recorded.metrics) };
  renderInTestApp(
    <>
      <Tools />
      <Routes>
        {['/a', '/b'].map(path => (
          <Route
            key={path}
            path={path}
            element={<PageFrame>{page => <Asking page={page} />}</PageFrame>}
          />
        ))}
      </Routes>
    </>,
    {
      apis: [
        [fourKeysApiRef, api],
        [
          catalogApiRef,
          catalogApiMock({
            entities: ['payments', 'search'].map(name => ({
              apiVersion: 'backstage.io/v1alpha1',
              kind: 'Group',
              metadata: { name, title: `Team ${name}` },
            })),
          }),
        ],
        [
          identityApiRef,
          {
            getBackstageIdentity: async () => ({
              type: 'user' as const,
              userEntityRef: 'user:default/ada',
              ownershipEntityRefs: [
                'user:default/ada',
                'group:default/payments',
              ],
            }),
            getCredentials: async () => ({}),
            getProfileInfo: async () => ({}),
            signOut: async () => undefined,
          },
        ],
      ],
      initialRouteEntries: [url],
    },
  );
  return api;
}

const url = () => screen.getByTestId('url').textContent;

async function choose(label: string, option: RegExp | string) {
  const user = userEvent.setup();
  await user.click(
    screen.getByRole('button', { name: new RegExp(`${label}$`) }),
  );
  await user.click(await screen.findByRole('option', { name: option }));
}

const deployments = () => screen.getByLabelText('Deployments').textContent;

describe('a page of the plugin', () => {
  it('stays about the same when one moves to another page, and goes back', async () => {
    const user = userEvent.setup();
    open();
    await choose('Window', 'Last 90 days');
    await choose('Environment', 'Staging');
    expect(url()).toBe('/a?environment=staging&days=90');
    await user.click(screen.getByText('To b'));
    await waitFor(() => expect(url()).toBe('/b?environment=staging&days=90'));
    await choose('Environment', 'Production');
    expect(url()).toBe('/b?days=90');
    await user.click(screen.getByText('Back'));
    expect(url()).toBe('/b?environment=staging&days=90');
    await user.click(screen.getByText('Back'));
    await waitFor(() => expect(url()).toBe('/a?environment=staging&days=90'));
    await user.click(screen.getByText('Back'));
    await user.click(screen.getByText('Back'));
    expect(url()).toBe('/a');
  });

  it('goes back to the default, and stays there', async () => {
    const user = userEvent.setup();
    open({}, '/a?days=90');
    await choose('Window', 'Last 30 days');
    expect(url()).toBe('/a');
    await user.click(screen.getByText('To b'));
    expect(url()).toBe('/b');
  });

  it('is about a team that is found by its name', async () => {
    const user = userEvent.setup();
    const api = open();
    await choose('Show', 'One team');
    await user.type(screen.getByRole('combobox', { name: 'Team' }), 'pay');
    await user.click(
      await screen.findByRole('option', { name: 'Team payments' }),
    );
    expect(url()).toBe('/a?team=group%3Adefault%2Fpayments');
    await waitFor(() =>
      expect(api.metrics).toHaveBeenLastCalledWith(
        expect.objectContaining({
          scope: { team: 'group:default/payments', environment: 'production' },
        }),
        expect.anything(),
      ),
    );
  });

  it('is about a template that events name', async () => {
    open({ metricsBy: async () => tableOf('template', ['node-service']) });
    await choose('Show', 'One template');
    await userEvent.click(screen.getByRole('combobox', { name: 'Template' }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'node-service' }),
    );
    expect(url()).toBe('/a?template=node-service');
  });

  it('is about what the viewer owns, alone or with a team', async () => {
    const api = open();
    await choose('Show', 'Everything I own');
    expect(url()).toBe('/a?scope=mine');
    await waitFor(() =>
      expect(api.metrics).toHaveBeenLastCalledWith(
        expect.objectContaining({
          scope: {
            team: 'group:default/payments,user:default/ada',
            environment: 'production',
          },
        }),
        expect.anything(),
      ),
    );
  });

  it('is about days of the calendar, which a link can name', async () => {
    const api = open(
      {},
      '/a?from=2026-04-01&to=2026-04-30&timezone=Asia/Tokyo',
    );
    expect(screen.getByRole('group', { name: 'Days' })).toBeVisible();
    await waitFor(() =>
      expect(api.metrics).toHaveBeenLastCalledWith(
        expect.objectContaining({
          from: '2026-03-31T15:00:00.000Z',
          to: '2026-04-30T15:00:00.000Z',
          timezone: 'Asia/Tokyo',
        }),
        expect.anything(),
      ),
    );
  });
});

describe('an answer', () => {
  const answerWith = (count: number) => {
    const { metrics } = metricsAnswer();
    return metricsAnswer({
      ...metrics,
      deploymentFrequency: { ...metrics.deploymentFrequency, count },
    });
  };

  it('is cancelled when another one is asked for, and kept for when one comes back', async () => {
    const user = userEvent.setup();
    const signals: Array<AbortSignal | undefined> = [];
    let release: (() => void) | undefined;
    open({
      metrics: async ({ scope }, options) => {
        signals.push(options?.signal);
        if (scope.environment === 'staging') {
          await new Promise<void>(resolve => {
            release = resolve;
          });
        }
        return answerWith(scope.environment === 'production' ? 96 : 5);
      },
    });
    await waitFor(() => expect(deployments()).toBe('96'));
    await choose('Environment', 'Staging');
    expect(deployments()).toBe('96 of before ...');
    await choose('Environment', 'Production');
    // At once, from what was kept, while a fresh one comes.
    expect(deployments()).toMatch(/^96( \.\.\.)?$/);
    expect(signals[1]?.aborted).toBe(true);
    release?.();
    await waitFor(() => expect(deployments()).toBe('96'));
    await user.click(screen.getByText('To b'));
    expect(deployments()).toMatch(/^96( \.\.\.)?$/);
  });

  it('can be asked for again when it failed, and when something was corrected', async () => {
    const user = userEvent.setup();
    let count = 0;
    open({
      metrics: async () => {
        count += 1;
        if (count === 1) {
          throw new Error('It rains');
        }
        return answerWith(count);
      },
    });
    await user.click(await screen.findByRole('button', { name: 'It rains' }));
    await waitFor(() => expect(deployments()).toBe('2'));
    await user.click(screen.getByText('Correct'));
    await waitFor(() => expect(deployments()).toBe('3'));
  });
});
