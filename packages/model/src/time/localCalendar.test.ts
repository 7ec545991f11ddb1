import fc from 'fast-check';
import { isTimeZone, LocalCalendar } from './localCalendar';

const HOUR = 3_600_000;

const starts = (
  zone: string,
  unit: 'day' | 'week' | 'month',
  from: string,
  to: string,
) =>
  new LocalCalendar(zone)
    .buckets(unit, Date.parse(from), Date.parse(to))
    .map(({ start }) => new Date(start).toISOString().slice(0, 16));

const dateIn = (zone: string, instant: number) =>
  new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
  }).format(instant);

describe('LocalCalendar', () => {
  it('follows the clocks through the night in which they change', () => {
    expect(
      starts('Europe/Berlin', 'day', '2026-10-24T12:00Z', '2026-10-26T12:00Z'),
    ).toEqual(['2026-10-23T22:00', '2026-10-24T22:00', '2026-10-25T23:00']);
  });

  it('begins a day whose midnight is missing at one o’clock', () => {
    expect(
      starts('Asia/Beirut', 'day', '2026-03-28T22:00Z', '2026-03-29T00:00Z'),
    ).toEqual(['2026-03-28T22:00']);
    expect(
      starts('Africa/Cairo', 'day', '2026-04-23T21:59Z', '2026-04-24T00:00Z'),
    ).toEqual(['2026-04-22T22:00', '2026-04-23T22:00']);
  });

  it('begins a day whose midnight comes twice at the first', () => {
    expect(
      starts('America/Havana', 'day', '2026-11-01T05:30Z', '2026-11-01T05:31Z'),
    ).toEqual(['2026-11-01T04:00']);
    // The clocks of Newfoundland went back at 00:01, into the day before.
    expect(
      starts(
        'America/St_Johns',
        'day',
        '2006-10-29T02:30:30Z',
        '2006-10-29T03:30Z',
      ),
    ).toEqual(['2006-10-29T02:30']);
  });

  it('has no bucket for a day that a zone skipped', () => {
    expect(
      starts('Pacific/Apia', 'day', '2011-12-29T12:00Z', '2011-12-31T12:00Z'),
    ).toEqual(['2011-12-29T10:00', '2011-12-30T10:00', '2011-12-31T10:00']);
  });

  it('cuts ISO weeks on Monday and months on the first', () => {
    expect(
      starts('UTC', 'week', '2026-01-01T00:00Z', '2026-01-12T00:00Z'),
    ).toEqual(['2025-12-29T00:00', '2026-01-05T00:00']);
    expect(
      starts('UTC', 'month', '2026-01-31T00:00Z', '2026-03-01T00:00:01Z'),
    ).toEqual(['2026-01-01T00:00', '2026-02-01T00:00', '2026-03-01T00:00']);
  });

  it('has no bucket in an empty window', () => {
    expect(
      starts('UTC', 'day', '2026-01-01T12:00Z', '2026-01-01T12:00Z'),
    ).toEqual([]);
  });

  it('leaves no gap, and every bucket begins with a new local date', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'UTC',
          'Europe/Berlin',
          'America/Havana',
          'America/Santiago',
          'Asia/Beirut',
          'Australia/Lord_Howe',
          'Pacific/Chatham',
          'Pacific/Kiritimati',
        ),
        fc.constantFrom('day' as const, 'week' as const, 'month' as const),
        fc.integer({ min: 0, max: 60 * 365 * 24 }),
        fc.integer({ min: 1, max: 60 * 24 }),
        (zone, unit, start, length) => {
          const from = start * HOUR;
          const to = from + length * HOUR;
          const buckets = new LocalCalendar(zone).buckets(unit, from, to);
          expect(buckets[0].start).toBeLessThanOrEqual(from);
          expect(buckets[buckets.length - 1].end).toBeGreaterThanOrEqual(to);
          for (const [index, bucket] of buckets.entries()) {
            expect(bucket.start).toBe(buckets[index - 1]?.end ?? bucket.start);
            expect(dateIn(zone, bucket.start)).not.toBe(
              dateIn(zone, bucket.start - 1),
            );
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('knows time zones by their IANA names only', () => {
  expect(['UTC', 'Europe/Berlin', 'Etc/GMT+3'].every(isTimeZone)).toBe(true);
  expect(['Mars/Base', '+02:00', '', 'local'].some(isTimeZone)).toBe(false);
});
