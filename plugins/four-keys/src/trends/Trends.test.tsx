import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { AS_OF, metricsAnswer } from '../fixtures';
import { Formatter } from '../format';
import { Trends } from './Trends';

const format = new Formatter({ locale: 'en-GB', timezone: 'Europe/Berlin' });

function open(answer = metricsAnswer()) {
  const onSpan = jest.fn();
  renderInTestApp(
    <Trends answer={answer} bucket="day" format={format} onSpan={onSpan} />,
  );
  return onSpan;
}

const chart = (name: RegExp) =>
  screen.findByRole('application', { name }, { timeout: 10_000 });

const FREQUENCY =
  /^Deployment frequency in 2 steps over the window: between 2 deployments and 5 deployments, lately 5 deployments; 1 step cut by the window$/;

describe('the trends', () => {
  it('are charts with a name, and hatch what is not whole', async () => {
    open();
    const drawn = await chart(FREQUENCY);
    await waitFor(() =>
      expect(drawn.querySelectorAll('[data-partial]')).toHaveLength(1),
    );
    expect(drawn.querySelector('[data-partial]')).toHaveAttribute(
      'fill',
      expect.stringMatching(/^url\(#/),
    );
    expect(within(drawn).getByText('2 May')).toBeInTheDocument();
    // Of a bucket without changes there is no lead time: no bar, not a zero.
    const leadTime = await chart(/^Lead time for changes/);
    expect(
      leadTime.querySelectorAll('.recharts-bar-rectangle rect'),
    ).toHaveLength(1);
  });

  it('open the evidence of a bar by keyboard', async () => {
    const user = userEvent.setup();
    const onSpan = open();
    const drawn = await chart(FREQUENCY);
    drawn.focus();
    await user.keyboard('{ArrowRight}');
    expect(await screen.findByText('5 deployments')).toBeVisible();
    await user.keyboard('{Enter}');
    expect(onSpan).toHaveBeenCalledWith(
      'deploymentFrequency',
      expect.objectContaining({
        from: '2026-05-01T22:00:00.000Z',
        to: AS_OF,
      }),
    );
  });

  it('have a table behind them, whose numbers open their evidence', async () => {
    const user = userEvent.setup();
    const onSpan = open();
    await user.click(
      screen.getByRole('button', {
        name: 'Lead time for changes: show as a table',
      }),
    );
    const table = within(
      screen.getByRole('grid', {
        name: 'Lead time for changes over the window',
      }),
    );
    expect(table.getAllByRole('row')[1]).toHaveTextContent(
      '2 May 20264 h 12 min',
    );
    expect(table.getAllByRole('row')[2]).toHaveTextContent(
      '1 May 2026 (not whole)No number',
    );
    await user.click(
      table.getByRole('button', {
        name: 'No number, 1 May 2026 (not whole): show the evidence',
      }),
    );
    expect(onSpan).toHaveBeenCalledWith(
      'leadTime',
      // The first day began before the window did.
      expect.objectContaining({
        from: '2026-04-30T22:00:00.000Z',
        to: '2026-05-01T22:00:00.000Z',
      }),
    );
  });

  it('say so where there is nothing to draw', async () => {
    open(
      metricsAnswer(undefined, {
        series: metricsAnswer().series.map(point => ({
          ...point,
          timeToRestoreP50: null,
        })),
      }),
    );
    expect(
      await screen.findByText(/^There is no number in any step/),
    ).toBeVisible();
  });
});
