import fc from 'fast-check';
import { LEAD_TIME_STEPS, splitLeadTime } from './leadTime';

const MINUTE = 60_000;

describe('splitLeadTime', () => {
  it('splits at the moments that are known', () => {
    expect(
      splitLeadTime({
        committed: 0,
        opened: 10 * MINUTE,
        reviewed: 30 * MINUTE,
        merged: 60 * MINUTE,
        deployed: 75 * MINUTE,
      }),
    ).toEqual([
      { from: 'committed', to: 'opened', seconds: 600 },
      { from: 'opened', to: 'reviewed', seconds: 1200 },
      { from: 'reviewed', to: 'merged', seconds: 1800 },
      { from: 'merged', to: 'deployed', seconds: 900 },
    ]);
    expect(
      splitLeadTime({ committed: 0, merged: MINUTE, deployed: 2 * MINUTE }),
    ).toEqual([
      { from: 'committed', to: 'merged', seconds: 60 },
      { from: 'merged', to: 'deployed', seconds: 60 },
    ]);
  });

  it('has no parts without a lead time', () => {
    expect(splitLeadTime({ opened: 0, deployed: MINUTE })).toEqual([]);
    expect(splitLeadTime({ committed: 0, deployed: null })).toEqual([]);
    expect(splitLeadTime({ committed: MINUTE, deployed: 0 })).toEqual([]);
  });

  it('adds up to the lead time, whatever the clocks said', () => {
    const moment = fc.option(fc.integer({ min: -1e12, max: 1e12 }));
    fc.assert(
      fc.property(
        fc.record({
          committed: fc.integer({ min: -1e12, max: 1e12 }),
          opened: moment,
          reviewed: moment,
          merged: moment,
          deployed: fc.integer({ min: -1e12, max: 1e12 }),
        }),
        moments => {
          const parts = splitLeadTime(moments);
          const lead = (moments.deployed - moments.committed) / 1000;
          const told =
            lead < 0
              ? []
              : LEAD_TIME_STEPS.slice(1).filter(step => moments[step] !== null);
          const sum = parts.reduce((total, part) => total + part.seconds, 0);
          expect(sum).toBeCloseTo(Math.max(0, lead), 3);
          expect(parts.every(part => part.seconds >= 0)).toBe(true);
          expect(parts.map(part => part.to)).toEqual(told);
          expect(parts.map(part => part.from)).toEqual(
            ['committed', ...told].slice(0, told.length),
          );
        },
      ),
    );
  });
});
