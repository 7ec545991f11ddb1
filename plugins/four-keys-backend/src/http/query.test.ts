import fc from 'fast-check';
import { editDistance, nearNames } from '../nearNames';
import {
  readBucket,
  readPage,
  readScope,
  readTimezone,
  readWindow,
} from './query';

const NOW = Date.parse('2026-07-15T12:00:00Z');
const DAY = 86_400_000;

describe('what a request asks', () => {
  it('is about production and the last 30 days unless it says otherwise', () => {
    expect(readScope({})).toEqual({ environment: 'production' });
    expect(readWindow({}, NOW)).toEqual({ from: NOW - 30 * DAY, to: NOW });
    expect(readTimezone({})).toBe('UTC');
    expect(readBucket({})).toBe('week');
    expect(readPage({})).toEqual({ limit: 100 });
  });

  it('names teams, systems and domains as people do', () => {
    expect(readScope({ team: 'Payments', environment: 'EU-West' })).toEqual({
      team: 'group:default/payments',
      environment: 'eu-west',
    });
    expect(readScope({ team: 'user:jo' }).team).toBe('user:default/jo');
    expect(readScope({ system: 'retail/shop' }).system).toBe(
      'system:retail/shop',
    );
    expect(readScope({ service: 'a/b_c.d' }).service).toBe('a/b_c.d');
    expect(readScope({ team: 'Search, user:jo,search' }).team).toBe(
      'group:default/search,user:default/jo',
    );
    expect(readScope({ service: 'a', team: 'b' })).toMatchObject({
      service: 'a',
      team: 'group:default/b',
    });
  });

  it.each([
    ['service', () => readScope({ service: '' })],
    ['environment', () => readScope({ environment: ' ' })],
    ['system', () => readScope({ team: 'a', system: 'b' })],
    ['team', () => readScope({ team: 'group:' })],
    ['team', () => readScope({ team: 'a,' })],
    ['templateVersion', () => readScope({ templateVersion: '1' })],
    ['service', () => readScope({ service: 'a\0b' })],
    ['from', () => readWindow({ from: '2026-06-01' }, NOW)],
    ['from', () => readWindow({ from: '2026-06-01T00:00:00 02:00' }, NOW)],
    ['to', () => readWindow({ to: 'now' }, NOW)],
    [
      'from',
      () =>
        readWindow(
          { from: '2026-06-02T00:00:00Z', to: '2026-06-01T00:00:00Z' },
          NOW,
        ),
    ],
    ['from', () => readWindow({ from: '2023-01-01T00:00:00Z' }, NOW)],
    [
      'from',
      () =>
        readWindow(
          { from: '2027-01-01T00:00:00Z', to: '2027-02-01T00:00:00Z' },
          NOW,
        ),
    ],
    ['timezone', () => readTimezone({ timezone: 'Mars/Olympus' })],
    ['timezone', () => readTimezone({ timezone: '+02:00' })],
    ['bucket', () => readBucket({ bucket: 'year' })],
    ['limit', () => readPage({ limit: '0' })],
    ['limit', () => readPage({ limit: '501' })],
  ])('is refused with the name of parameter %s', (parameter, read) => {
    expect(read).toThrow(
      expect.objectContaining({
        code: 'invalid_parameter',
        statusCode: 400,
        message: expect.stringContaining(`Parameter ${parameter} `),
      }),
    );
  });

  it('keeps an instant of any zone, and explains a plus that a URL lost', () => {
    expect(readWindow({ from: '2026-07-01T02:00:00+02:00' }, NOW).from).toBe(
      Date.parse('2026-07-01T00:00:00Z'),
    );
    expect(() =>
      readWindow({ from: '2026-06-01T00:00:00 02:00' }, NOW),
    ).toThrow('%2B');
  });
});

describe('near names', () => {
  it('are those that were perhaps meant, the nearest first', () => {
    const known = ['payments-api', 'payments-web', 'orders', 'paymnts'];
    expect(nearNames('payment-api', known)).toEqual(['payments-api']);
    expect(nearNames('payments', known)).toEqual([
      'payments-api',
      'payments-web',
      'paymnts',
    ]);
    expect(nearNames('zebra', known)).toEqual([]);
  });

  it('are measured by a distance', () => {
    const text = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(
          editDistance(a, b) + editDistance(b, c),
        );
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
