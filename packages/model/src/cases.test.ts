import { namedCases, readPath } from './cases';
import { compute } from './compute';

describe('the cases that must hold', () => {
  it.each(namedCases.map(namedCase => [namedCase.name, namedCase] as const))(
    '%s',
    (_, { input, sameAs = [], expected }) => {
      const answers = compute(input);
      const found = Object.keys(expected).map(path => [
        path,
        readPath(answers, path),
      ]);
      expect(Object.fromEntries(found)).toEqual(expected);
      for (const same of sameAs) {
        expect(compute(same)).toEqual(answers);
      }
    },
  );

  it('are all of section 6, except the one about viewers', () => {
    const numbers = new Set(
      namedCases.flatMap(({ name }) => /^case (\d\d):/.exec(name)?.[1] ?? []),
    );
    const all = Array.from({ length: 27 }, (_, i) =>
      String(i + 1).padStart(2, '0'),
    );
    expect(all.filter(number => !numbers.has(number))).toEqual(['20']);
  });
});
