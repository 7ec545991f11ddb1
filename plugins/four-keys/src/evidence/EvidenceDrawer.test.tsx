import { renderInTestApp } from '@backstage/frontend-test-utils';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import type {
  Evidence,
  EvidencePart,
} from '@four-keys/backstage-plugin-four-keys-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { fourKeysApiRef, FourKeysApiError, type FourKeysApi } from '../api';
import {
  CHANGE_ROWS,
  evidenceOf,
  OPEN_INCIDENT,
  recordedApi,
  HEALTHY,
} from '../fixtures';
import { Formatter } from '../format';
import { EvidenceDrawer } from './EvidenceDrawer';

const QUESTION = {
  scope: { team: 'group:default/payments', environment: 'production' },
  from: '2026-04-30T12:00:00.000Z',
  to: '2026-05-30T12:00:00.000Z',
  timezone: 'Europe/Berlin',
  bucket: 'day',
} as const;

function open(
  evidence: FourKeysApi['evidence'],
  onClose = jest.fn(),
  locale = 'en-GB',
) {
  const api = { ...recordedApi(), evidence: jest.fn(evidence) };
  const Drawer = () => {
    const [show, setShow] = useState<EvidencePart>('all');
    return (
      <EvidenceDrawer
        metric="leadTime"
        subject="payments"
        question={QUESTION}
        format={new Formatter({ locale, timezone: 'Europe/Berlin' })}
        show={show}
        onShow={setShow}
        onClose={onClose}
      />
    );
  };
  renderInTestApp(<Drawer />, {
    apis: [[fourKeysApiRef, api]],
    mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
  });
  return api.evidence;
}

const items = async () =>
  within(
    await screen.findByRole('list', {
      name: 'Evidence of lead time for changes',
    }),
  ).getAllByRole('listitem');

/** The pages of 1 row each that a backend would hand out. */
const pageByPage =
  (rows: Evidence['rows']): FourKeysApi['evidence'] =>
  async (metric, _, { cursor = '0' }) =>
    evidenceOf(metric, {
      rows: [rows[Number(cursor)]],
      totals: { included: rows.length, excluded: 0 },
      nextCursor:
        Number(cursor) + 1 < rows.length ? String(Number(cursor) + 1) : null,
    });

describe('the evidence of a number', () => {
  it('says why the number is so, and names what is in it and what is not', async () => {
    open(async metric =>
      evidenceOf(metric, {
        rows: [...CHANGE_ROWS, OPEN_INCIDENT],
        services: { visible: 4, of: 6 },
      }),
    );
    expect(
      await screen.findByRole('heading', {
        name: 'Lead time for changes: payments',
      }),
    ).toBeVisible();
    const [whole, atLeast, noTime, unknown, incident] = await items();
    expect(
      screen.getByText(
        /^Half of the 210 changes took at most 4 h 12 min from commit/,
      ),
    ).toBeVisible();
    expect(
      screen.getByText(
        /^2 rows in it, 2 left out\. 30 Apr 2026, 14:00 to .*Europe\/Berlin\. 4 of 6 services visible/,
      ),
    ).toBeVisible();
    expect(whole).toHaveTextContent(
      'Change 01234567894 h 12 mincheckout · production · 29 May 2026, 14:00 · deployed with d-42',
    );
    expect(atLeast).toHaveTextContent('At least 4 h 12 min');
    expect(noTime).toHaveTextContent('Left out: without a commit time');
    expect(unknown).toHaveTextContent(
      /Deployment d-40Left out: it does not say which changes it contains.*version 1\.4\.0/,
    );
    expect(incident).toHaveTextContent('Left out: still open');
    expect(
      within(incident).getByText('Incident INC-7: Checkout is slow'),
    ).toBeVisible();
  });

  it('leads to commit, pull request, pipeline, incident and service', async () => {
    const urls = {
      commit: 'https://git.example.com/commit/1',
      pullRequest: 'https://git.example.com/pull/42',
      pipeline: 'ftp://git.example.com/run/1',
    };
    open(async metric =>
      evidenceOf(metric, {
        rows: [
          { ...CHANGE_ROWS[0], urls, entityRef: 'component:default/checkout' },
          { ...OPEN_INCIDENT, entityRef: null },
        ],
      }),
    );
    const [change, incident] = await items();
    const linksOf = (item: HTMLElement) =>
      within(item)
        .getAllByRole('link')
        .map(link => [link.textContent, link.getAttribute('href')]);
    expect(linksOf(change)).toEqual([
      ['checkout', '/catalog/default/component/checkout'],
      [expect.stringMatching(/^Commit/), urls.commit],
      [expect.stringMatching(/^Pull request/), urls.pullRequest],
    ]);
    expect(linksOf(incident)).toEqual([
      [
        expect.stringMatching(/^Incident/),
        'https://incidents.example.com/INC-7',
      ],
    ]);
  });

  it('shows those in it, or those left out, alone', async () => {
    const user = userEvent.setup();
    const evidence = open(async (metric, _, { rows }) =>
      evidenceOf(metric, {
        rows: CHANGE_ROWS.filter(
          ({ excluded }) =>
            rows === 'all' || (rows === 'excluded') === (excluded !== null),
        ),
      }),
    );
    expect(await items()).toHaveLength(4);
    await user.click(screen.getByRole('radio', { name: 'Left out (2)' }));
    await waitFor(async () => expect(await items()).toHaveLength(2));
    (await items()).forEach(item => expect(item).toHaveTextContent('Left out'));
    await user.click(screen.getByRole('radio', { name: 'In it (2)' }));
    await waitFor(async () =>
      expect((await items())[0]).toHaveTextContent('4 h 12 min'),
    );
    expect(evidence.mock.lastCall?.[2]).toMatchObject({ rows: 'included' });
  });

  it('reads further pages when asked, and says how far it is', async () => {
    const user = userEvent.setup();
    const evidence = open(pageByPage(CHANGE_ROWS.slice(0, 2)));
    expect(await items()).toHaveLength(1);
    expect(screen.getByText('1 of 2 rows shown')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Show more' }));
    await waitFor(async () => expect(await items()).toHaveLength(2));
    expect(evidence.mock.lastCall?.slice(0, 3)).toEqual([
      'leadTime',
      QUESTION,
      { rows: 'all', cursor: '1', limit: 50 },
    ]);
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  it('copies its link, and saves every row of every page', async () => {
    const user = userEvent.setup();
    const saved: Blob[] = [];
    const writeText = jest.spyOn(navigator.clipboard, 'writeText');
    const urls = jest.fn((blob: Blob) => {
      saved.push(blob);
      return 'blob:evidence';
    });
    Object.assign(URL, { createObjectURL: urls, revokeObjectURL: jest.fn() });
    const click = jest
      .spyOn(HTMLAnchorElement.prototype, 'click')
      .mockImplementation(() => undefined);
    open(pageByPage(CHANGE_ROWS));
    await items();

    await user.click(screen.getByRole('button', { name: 'Copy link' }));
    expect(
      await screen.findByText('The link is in the clipboard.'),
    ).toBeVisible();
    expect(writeText).toHaveBeenCalledWith(window.location.href);

    await user.click(screen.getByRole('button', { name: 'Download CSV' }));
    expect(await screen.findByText('Saved as CSV.')).toBeVisible();
    expect(click.mock.contexts[0]).toHaveProperty(
      'download',
      'four-keys-leadTime-2026-05-30.csv',
    );
    const text = await saved[0].text();
    expect(text.trim().split('\r\n')).toHaveLength(5);
    click.mockRestore();
  });

  it('keeps what it has when a further page cannot be read', async () => {
    const user = userEvent.setup();
    const pages = pageByPage(CHANGE_ROWS.slice(0, 2));
    const broken = new FourKeysApiError(503, {
      name: 'ServiceUnavailableError',
      message: 'The database cannot be reached',
      code: 'unavailable',
    });
    let failures = 1;
    open(async (metric, question, page) => {
      if (page.cursor && failures > 0) {
        failures -= 1;
        throw broken;
      }
      return pages(metric, question, page);
    });
    await items();
    await user.click(screen.getByRole('button', { name: 'Show more' }));
    const alert = within(await screen.findByRole('alert'));
    expect(
      alert.getByText('The database cannot be reached (unavailable)'),
    ).toBeVisible();
    expect(await items()).toHaveLength(1);
    await user.click(alert.getByRole('button', { name: 'Try again' }));
    await waitFor(async () => expect(await items()).toHaveLength(2));
  });

  it('writes the numbers of its sentence as the viewer does', async () => {
    open(
      async metric =>
        evidenceOf(metric, {
          measured: { ...HEALTHY.leadTime, count: 12345, lowerBound: 0 },
          explanation: 'Half of the 12345 changes',
        }),
      undefined,
      'de-DE',
    );
    expect(
      await screen.findByText(/^Half of the 12\.345 changes took at most/),
    ).toBeVisible();
  });

  it('says so where there is nothing, and closes by keyboard', async () => {
    const user = userEvent.setup();
    const onClose = jest.fn();
    open(
      async metric =>
        evidenceOf(metric, { rows: [], totals: { included: 0, excluded: 0 } }),
      onClose,
    );
    expect(await screen.findByText(/^Nothing happened in this/)).toBeVisible();
    await user.keyboard('{Escape}');
    expect(onClose).toHaveBeenCalled();
  });
});
