import fc from 'fast-check';
import { type Finding, holds } from './oracle';
import { Random } from './random';
import { describeOutcomes } from './report';
import { SCENARIOS } from './scenarios';

const FINE: Finding = {
  sent: 10,
  stored: 10,
  rubbish: 2,
  deadLettered: 2,
  lost: 0,
  duplicated: 0,
  drift: 0,
  stuck: 0,
  uncommitted: 0,
  wrong: [],
};

describe('chaos', () => {
  it('has the same chance for the same seed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(50), fc.nat(50), (seed, min, more) => {
        const [one, two] = [new Random(seed), new Random(seed)];
        for (let n = 0; n < 20; n += 1) {
          const number = one.between(min, min + more);
          expect(number).toBe(two.between(min, min + more));
          expect(number).toBeGreaterThanOrEqual(min);
          expect(number).toBeLessThanOrEqual(min + more);
        }
      }),
    );
  });

  it.each(['lost', 'duplicated', 'drift', 'stuck', 'uncommitted'] as const)(
    'does not pass while something is %s',
    what => {
      expect(holds(FINE)).toBe(true);
      expect(holds({ ...FINE, [what]: 1 })).toBe(false);
    },
  );

  it('says what else is wrong', () => {
    const finding = { ...FINE, wrong: ['1 instead of 2 conflicts counted'] };
    expect(holds(finding)).toBe(false);
    expect(
      describeOutcomes([
        {
          scenario: 'conflicts',
          seed: 1,
          control: undefined,
          recovery: 1,
          error: undefined,
          finding,
          passed: false,
        },
      ]),
    ).toMatch(/ {2}FAILED; 1 instead of 2 conflicts counted$/);
  });

  it('says of a control that was not seen that the scenario proves nothing', () => {
    const known = {
      scenario: 'kill',
      seed: 7,
      recovery: 1.23,
      error: undefined,
    };
    expect(
      describeOutcomes([
        { ...known, control: undefined, finding: FINE, passed: true },
        { ...known, control: 'no fence', finding: FINE, passed: false },
      ]),
    ).toBe(
      `scenario        seed  sent  stored  dead-lettered  lost  duplicated  drift  stuck  wrong  recovery  verdict
kill            7     10    10      2 of 2         0     0           0      0      0      1.2 s     holds
kill (control)  7     10    10      2 of 2         0     0           0      0      0      1.2 s     NOT SEEN, so the scenario proves nothing: no fence`,
    );
  });

  it('gives every scenario a name of its own', () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
