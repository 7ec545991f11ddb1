import { bucketsOf } from './buckets';

const at = (text: string) => Date.parse(text);
const iso = (instant: number) => new Date(instant).toISOString();

const starts = (
  timezone: string,
  bucket: 'day' | 'week' | 'month',
  from: string,
  to: string,
) =>
  bucketsOf({ from: at(from), to: at(to), timezone, bucket }).map(({ start }) =>
    iso(start),
  );

describe('buckets of local time', () => {
  it('begin where the local day begins, whatever the clocks do', () => {
    expect(
      starts('Europe/Berlin', 'day', '2026-03-28T00:00Z', '2026-03-30T12:00Z'),
    ).toEqual([
      '2026-03-27T23:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ]);
    // In Havana clocks go from 00:00 to 01:00: the day has no midnight.
    expect(
      starts('America/Havana', 'day', '2026-03-08T04:00Z', '2026-03-09T12:00Z'),
    ).toEqual([
      '2026-03-07T05:00:00.000Z',
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
    ]);
    // And back from 01:00 to 00:00: the day has two of them, the first counts.
    expect(
      starts('America/Havana', 'day', '2026-11-01T03:00Z', '2026-11-02T12:00Z'),
    ).toEqual([
      '2026-10-31T04:00:00.000Z',
      '2026-11-01T04:00:00.000Z',
      '2026-11-02T05:00:00.000Z',
    ]);
    expect(
      starts(
        'Australia/Lord_Howe',
        'day',
        '2026-04-04T12:00Z',
        '2026-04-05T15:00Z',
      ),
    ).toEqual([
      '2026-04-03T13:00:00.000Z',
      '2026-04-04T13:00:00.000Z',
      '2026-04-05T13:30:00.000Z',
    ]);
  });

  it('leave out a day that a zone skipped', () => {
    expect(
      starts('Pacific/Apia', 'day', '2011-12-29T12:00Z', '2011-12-31T12:00Z'),
    ).toEqual([
      '2011-12-29T10:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
    ]);
  });

  it('are ISO weeks and calendar months', () => {
    expect(
      starts('UTC', 'week', '2026-01-01T00:00Z', '2026-01-12T00:00:00.001Z'),
    ).toEqual([
      '2025-12-29T00:00:00.000Z',
      '2026-01-05T00:00:00.000Z',
      '2026-01-12T00:00:00.000Z',
    ]);
    expect(
      starts('Asia/Kolkata', 'month', '2026-01-31T18:30Z', '2026-03-31T18:30Z'),
    ).toEqual(['2026-01-31T18:30:00.000Z', '2026-02-28T18:30:00.000Z']);
  });

  it('are none in an empty window, and say so when the zone is unknown', () => {
    expect(
      starts('UTC', 'day', '2026-01-02T00:00Z', '2026-01-01T00:00Z'),
    ).toEqual([]);
    expect(() =>
      starts('Mars/Olympus', 'day', '2026-01-01T00:00Z', '2026-01-02T00:00Z'),
    ).toThrow(/timezone is "Mars\/Olympus".*Europe\/Berlin/);
  });
});
