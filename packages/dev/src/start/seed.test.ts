import { daysToTell } from './seed';

describe('daysToTell', () => {
  const now = Date.parse('2026-06-10T08:00:00Z');

  it('tells everything the first time, or when the note makes no sense', () => {
    expect(daysToTell('', now)).toBe(180);
    expect(daysToTell('a while ago', now)).toBe(180);
    expect(daysToTell('2027-01-01T00:00:00Z', now)).toBe(180);
  });

  it('tells the days since, and what may still have followed from before', () => {
    expect(daysToTell('2026-06-10T07:00:00Z', now)).toBe(46);
    expect(daysToTell('2026-06-07T07:00:00Z', now)).toBe(49);
    expect(daysToTell('2024-01-01T00:00:00Z', now)).toBe(180);
  });
});
