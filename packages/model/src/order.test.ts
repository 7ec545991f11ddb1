import fc from 'fast-check';
import { compareText } from './order';

it('orders texts by their UTF-8 bytes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }),
      (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(
          Buffer.compare(Buffer.from(a), Buffer.from(b)),
        );
      },
    ),
  );
  expect(compareText('ﬁ', '😀')).toBeLessThan(0);
});
