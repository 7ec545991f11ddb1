import fc from 'fast-check';
import { Formatter } from './Formatter';

const english = new Formatter({ locale: 'en-GB', timezone: 'UTC' });
const german = new Formatter({ locale: 'de-DE', timezone: 'Europe/Berlin' });

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [0.4, 'under 1 s'],
    [45, '45 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [599.7, '10 min'],
    [916, '15 min'],
    [3590, '1 h'],
    [15120, '4 h 12 min'],
    [86399, '1 d'],
    [2 * 86400 + 3 * 3600 + 100, '2 d 3 h'],
    [14 * 86400 - 1, '14 d'],
    [23.4 * 86400, '23 d'],
    [1234 * 86400, '1,234 d'],
  ])('says %p seconds as %p', (seconds, said) => {
    expect(plain(english.duration(seconds))).toBe(said);
  });

  it('writes the numbers of the locale', () => {
    expect(plain(german.duration(1234 * 86400))).toBe('1.234 d');
  });

  it('never says more than two units, nor a unit that is full', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e8, noNaN: true }), seconds => {
        const said = plain(english.duration(seconds));
        expect(said).toMatch(/^[\d,]+ (d|h|min|s)( \d+ (h|min|s))?$/);
        expect(said).not.toMatch(/\b(60 min|60 s|24 h)\b/);
      }),
    );
  });

  it('says what it says within 5 %', () => {
    const UNITS: Record<string, number> = { d: 86400, h: 3600, min: 60, s: 1 };
    fc.assert(
      fc.property(fc.double({ min: 10, max: 1e8, noNaN: true }), seconds => {
        const said = plain(english.duration(seconds)).replace(/,/g, '');
        const parts = [...said.matchAll(/(\d+) (d|h|min|s)/g)];
        const total = parts.reduce(
          (sum, [, count, unit]) => sum + Number(count) * UNITS[unit],
          0,
        );
        expect(Math.abs(total - seconds) / seconds).toBeLessThan(0.05);
      }),
    );
  });
});

describe('frequencies', () => {
  it.each([
    [0, 'none'],
    [3.21, '3.2 a day'],
    [1, '1 a day'],
    [12.4, '12 a day'],
    [2 / 7, '2 a week'],
    [0.97, '6.8 a week'],
    [1 / 20, '1.5 a month'],
    [1 / 180, '2 a year'],
  ])('says %p a day as %p', (perDay, said) => {
    expect(english.frequency(perDay)).toBe(said);
  });

  it('writes the numbers of the locale', () => {
    expect(german.frequency(3.21)).toBe('3,2 a day');
  });
});

describe('ratios', () => {
  it.each([
    [0, '0%'],
    [0.0833, '8.3%'],
    [1, '100%'],
    [0.0001, 'under 0.1%'],
    [0.9999, 'over 99.9%'],
  ])('says %p as %p', (ratio, said) => {
    expect(english.ratio(ratio)).toBe(said);
  });

  it('says nothing is nothing, and everything is everything, only if so', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), ratio => {
        expect(english.ratio(ratio) === '0%').toBe(ratio === 0);
        expect(english.ratio(ratio) === '100%').toBe(ratio === 1);
      }),
    );
  });
});

describe('dates', () => {
  it('follows locale and time zone', () => {
    expect(german.day('2026-05-29T23:30:00Z')).toBe('30.05.2026');
    expect(english.day('2026-05-29T23:30:00Z')).toBe('29 May 2026');
  });

  it('says where in time a bucket is', () => {
    const monday = '2026-05-03T22:00:00Z';
    expect(german.bucket(monday, 'day')).toBe('04.05.2026');
    expect(english.bucket('2026-05-04T00:00:00Z', 'week')).toBe(
      'Week of 4 May 2026',
    );
    expect(english.bucket(monday, 'month')).toBe('May 2026');
    expect(german.bucketTick(monday, 'week')).toBe('4. Mai');
    expect(english.bucketTick(monday, 'month')).toBe('May 26');
  });

  it.each([
    ['2026-05-30T11:59:30Z', 'this minute'],
    ['2026-05-30T09:30:00Z', '2 hours ago'],
    ['2026-05-29T09:30:00Z', 'yesterday'],
    ['2026-04-30T12:00:00Z', '30 days ago'],
  ])('says how long ago %p was: %p', (instant, said) => {
    expect(english.ago(instant, '2026-05-30T12:00:00Z')).toBe(said);
  });
});

describe('counts', () => {
  it('has one and many', () => {
    expect(english.count(1, 'change')).toBe('1 change');
    expect(english.count(1234, 'recovery', 'recoveries')).toBe(
      '1,234 recoveries',
    );
  });
});
