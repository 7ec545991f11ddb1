import fc from 'fast-check';
import {
  defaultPageState,
  NAMED_SCOPES,
  nameOfState,
  parsePageState,
  questionOf,
  writePageState,
  type PageState,
} from './pageState';
import { bucketFor, WINDOW_DAYS } from './window';

const parse = (query: string) => parsePageState(new URLSearchParams(query));

const NOW = Date.parse('2026-05-30T12:00:00Z');

const day = fc
  .date({
    min: new Date('2024-01-01T00:00:00Z'),
    max: new Date('2026-05-01T00:00:00Z'),
    noInvalidDate: true,
  })
  .map(date => date.toISOString().slice(0, 10));

const states: fc.Arbitrary<PageState> = fc.record({
  scope: fc.oneof(
    fc.constantFrom({ kind: 'all' } as const, { kind: 'mine' } as const),
    fc.record({
      kind: fc.constantFrom(...NAMED_SCOPES),
      name: fc.stringMatching(/^[a-z][a-z0-9:/@. &+%-]{0,20}[a-z]$/),
    }),
  ),
  environment: fc.constantFrom('production', 'staging', 'eu-live-1'),
  window: fc.oneof(
    fc.constantFrom(...WINDOW_DAYS).map(days => ({ days })),
    fc.tuple(day, day).map(days => {
      const [from, to] = [...days].sort();
      return { from, to };
    }),
  ),
  timezone: fc.constantFrom('UTC', 'Asia/Tokyo', 'America/Sao_Paulo'),
});

describe('what a page is about', () => {
  it('is the default where the URL says nothing, and writes nothing then', () => {
    expect(parse('')).toEqual(defaultPageState());
    expect(nameOfState(defaultPageState())).toBe('');
  });

  it('survives being written and read', () => {
    fc.assert(
      fc.property(states, state => {
        expect(parse(nameOfState(state))).toEqual(state);
      }),
    );
  });

  it('takes the default for what it does not understand', () => {
    expect(
      parse(
        'scope=yours&team=&days=12&from=2026-02-30&to=2026-03-01&timezone=Mars',
      ),
    ).toEqual(defaultPageState());
    expect(parse('from=2026-05-01&to=2026-04-01').window).toEqual({ days: 30 });
    expect(parse('from=2001-01-01&to=2026-04-01').window).toEqual({ days: 30 });
  });

  it('leaves the parameters of others alone, and its own nowhere twice', () => {
    const written = writePageState(
      { ...defaultPageState(), scope: { kind: 'team', name: 'group:x/y' } },
      new URLSearchParams('by=team&system=shop&days=90'),
    );
    expect(written.toString()).toBe('by=team&team=group%3Ax%2Fy');
  });
});

describe('what a page asks', () => {
  const ask = (change: Partial<PageState>, owned?: string[]) =>
    questionOf(
      { ...defaultPageState(), timezone: 'UTC', ...change },
      {
        now: NOW,
        owned,
      },
    );

  it('is about everything, one thing, or what the viewer owns', () => {
    expect(ask({}).scope).toEqual({ environment: 'production' });
    expect(ask({ scope: { kind: 'system', name: 'shop' } }).scope).toEqual({
      system: 'shop',
      environment: 'production',
    });
    expect(
      ask({ scope: { kind: 'mine' } }, ['group:a/b', 'user:a/c']).scope,
    ).toEqual({ team: 'group:a/b,user:a/c', environment: 'production' });
  });

  it('is about the last days up to now', () => {
    expect(ask({ window: { days: 7 } })).toMatchObject({
      from: '2026-05-23T12:00:00.000Z',
      to: '2026-05-30T12:00:00.000Z',
      bucket: 'day',
    });
  });

  it('is about whole days, which begin where the viewer is', () => {
    const window = { from: '2026-03-28', to: '2026-03-29' };
    // The second one has 23 hours in Berlin.
    expect(ask({ window, timezone: 'Europe/Berlin' })).toMatchObject({
      from: '2026-03-27T23:00:00.000Z',
      to: '2026-03-29T22:00:00.000Z',
    });
    // On 6 September 2026 midnight is missing in Santiago: that day begins at 1.
    expect(
      ask({
        window: { from: '2026-09-06', to: '2026-09-06' },
        timezone: 'America/Santiago',
      }),
    ).toMatchObject({
      from: '2026-09-06T04:00:00.000Z',
      to: '2026-09-07T03:00:00.000Z',
    });
  });

  it('has neither a handful of buckets nor a wall of them', () => {
    expect(bucketFor({ days: 30 })).toBe('day');
    expect(bucketFor({ days: 90 })).toBe('week');
    expect(bucketFor({ from: '2024-01-01', to: '2026-01-01' })).toBe('month');
  });
});
