import { renderInTestApp } from '@backstage/frontend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { catalogApiRef, entityRouteRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { fourKeysApiRef, type FourKeysApi } from '../api';
import { deadLetter, pipelineHealth, recordedApi } from '../fixtures';
import { HealthPage } from './HealthPage';

function open(change: Partial<FourKeysApi> = {}) {
  const recorded = recordedApi(change);
  const api = {
    ...recorded,
    replayDeadLetter: jest.fn(recorded.replayDeadLetter),
  };
  renderInTestApp(<HealthPage />, {
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

const UNWELL = pipelineHealth({
  status: 'degraded',
  deadLetters: 1,
  deadLetterReasons: [
    {
      code: 'invalid_field',
      count: 1,
      latestAt: '2026-05-30T11:00:00.000Z',
      message: 'data.status must be success, failure or cancelled',
    },
  ],
  unmappedEnvironments: [{ environment: 'blue', deployments: 3 }],
  unregisteredServices: ['legacy-batch'],
  problems: ['1 records could not be stored'],
});

describe('the health of the pipeline', () => {
  it('says what is wrong and what to do about it', async () => {
    open({ pipelineHealth: async () => UNWELL });
    expect(await screen.findByText('Needs attention')).toBeVisible();
    expect(screen.getByText('1 records could not be stored')).toBeVisible();
    expect(screen.getByText('blue: 3 deployments')).toBeVisible();
    expect(screen.getByText('legacy-batch')).toBeVisible();
    const source = within(screen.getByRole('row', { name: /ci\.pipeline/ }));
    expect(source.getByText('Silent for a week')).toBeVisible();
    const team = within(await screen.findByRole('row', { name: /payments/ }));
    expect(team.getByText('50%')).toBeVisible();
    expect(
      screen.getByText('Report a deployment of ledger from its pipeline.'),
    ).toBeVisible();
  });

  it('replays a dead letter, and asks again', async () => {
    const user = userEvent.setup();
    let isReplayed = false;
    const api = open({
      pipelineHealth: async () => (isReplayed ? pipelineHealth() : UNWELL),
      deadLetters: async () => ({
        rows: [
          deadLetter({
            replayedAt: isReplayed ? '2026-05-30T12:00:00.000Z' : null,
          }),
        ],
        nextCursor: null,
      }),
      replayDeadLetter: async id => {
        isReplayed = true;
        return deadLetter({ id });
      },
    });
    const letters = within(
      await screen.findByRole('list', { name: 'Dead letters' }),
    );
    expect(
      letters.getByText('data.status must be success, failure or cancelled'),
    ).toBeVisible();
    await user.click(letters.getByText('What was sent'));
    expect(letters.getByText('{"status":"done"}')).toBeVisible();
    await user.click(
      letters.getByRole('button', { name: 'Replay dead letter 5' }),
    );
    expect(api.replayDeadLetter).toHaveBeenCalledWith('5');
    expect(await screen.findByText('Well')).toBeVisible();
    await waitFor(() =>
      expect(
        letters.queryByRole('button', { name: /Replay/ }),
      ).not.toBeInTheDocument(),
    );
    expect(letters.getByText(/replayed/)).toBeVisible();
  });

  it('teaches the first step where nothing was ever sent', async () => {
    open({ pipelineHealth: async () => pipelineHealth({ sources: [] }) });
    expect(
      await screen.findByText('No source has sent anything yet'),
    ).toBeVisible();
  });
});
