import fc from 'fast-check';
import { compute } from './compute';
import { historyArbitrary } from './testing/history';

/** CI takes the default; a person who hunts sets more. */
const numRuns = Number(process.env.FOUR_KEYS_PROPERTY_RUNS ?? 300);

/** A history with its events again in another order, some of them doubled. */
const shuffledHistory = historyArbitrary().chain(input =>
  fc.record({
    input: fc.constant(input),
    events: fc
      .tuple(
        fc.shuffledSubarray(input.events, {
          minLength: input.events.length,
        }),
        fc.subarray(input.events),
      )
      .map(([all, again]) => [...again.slice(0, 3), ...all, ...again]),
  }),
);

describe('what holds of any history', () => {
  it('answers the same whatever the order and the duplicates of its events', () => {
    fc.assert(
      fc.property(shuffledHistory, ({ input, events }) => {
        expect(compute({ ...input, events })).toEqual(compute(input));
      }),
      { numRuns },
    );
  });

  it('counts consistently', () => {
    fc.assert(
      fc.property(historyArbitrary({ conflicts: true }), input => {
        for (const { metrics, series, deployments } of compute(input)) {
          const { deploymentFrequency, leadTime, changeFailureRate } = metrics;
          const inSeries = series.reduce(
            (sum, point) => sum + (point.deployments ?? 0),
            0,
          );
          expect(inSeries).toBe(deploymentFrequency.count);
          expect(metrics.deploymentReworkRate.count).toBe(
            deploymentFrequency.count,
          );
          expect(deployments).toHaveLength(
            metrics.deploymentSuccessRate.succeeded,
          );
          expect(leadTime.coverage).toEqual({
            with: deployments.filter(d => d.contentsKnown).length,
            of: deployments.length,
          });
          expect(changeFailureRate.failed).toBeLessThanOrEqual(
            changeFailureRate.count,
          );
          for (const metric of Object.values(metrics)) {
            expect(metric.value === null).toBe(metric.status !== 'ok');
          }
          const brought = deployments.flatMap(d =>
            d.changes.map(sha => [d.service, d.environment, sha].join(' ')),
          );
          expect(new Set(brought).size).toBe(brought.length);
        }
      }),
      { numRuns },
    );
  });
});
