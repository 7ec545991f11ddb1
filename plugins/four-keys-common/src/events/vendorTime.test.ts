import { toRfc3339 } from './vendorTime';

describe('times as vendors write them', () => {
  it.each([
    ['2026-06-10T12:34:56Z', '2026-06-10T12:34:56.000Z'],
    ['2026-06-10T14:34:56+02:00', '2026-06-10T12:34:56.000Z'],
    ['2026-06-10T22:34:56.7+1000', '2026-06-10T12:34:56.700Z'],
    ['2021-04-28 21:50:00 +0200', '2021-04-28T19:50:00.000Z'],
    ['2017-09-15 16:52:00 UTC', '2017-09-15T16:52:00.000Z'],
    [1781094896, '2026-06-10T12:34:56.000Z'],
    ['1781094896', '2026-06-10T12:34:56.000Z'],
    [1781094896789, '2026-06-10T12:34:56.789Z'],
    ['2026-06-10T12:34:56', undefined],
    ['2026-02-30T12:00:00Z', undefined],
    ['yesterday', undefined],
    ['', undefined],
    [0, undefined],
    [8.64e15, undefined],
    [Infinity, undefined],
    [NaN, undefined],
    [null, undefined],
    [{}, undefined],
  ])('%j is %s', (written, expected) => {
    expect(toRfc3339(written)).toBe(expected);
  });
});
