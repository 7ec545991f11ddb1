import { benchEntities, measureCatalog } from './catalogProcessor';
import { benchEvents, benchServices, inBatches } from './events';
import { spreadOf } from './statistics';

describe('the events of the benchmark', () => {
  const until = Date.parse('2026-06-01T00:00:00Z');
  const events = [...benchEvents(10_000, until)];

  it('are as many as asked for, unique, in order, and the same every time', () => {
    expect(events).toHaveLength(10_000);
    expect(new Set(events.map(event => event.id)).size).toBe(10_000);
    expect([...benchEvents(10_000, until)]).toEqual(events);
    const services = new Set(events.map(event => event.data.service_id));
    expect([...services].sort()).toEqual(benchServices().sort());
    const times = events.map(event => Date.parse(event.time));
    expect(Math.max(...times)).toBeLessThanOrEqual(until + 60_000);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(until - 90 * 86_400_000);
  });

  it('come in batches, the last one smaller', () => {
    const sizes = [...inBatches(events.slice(0, 250), 100)].map(b => b.length);
    expect(sizes).toEqual([100, 100, 50]);
  });
});

it('sends a catalog through the processor in which half has something to mend or more', async () => {
  expect(benchEntities(500)).toEqual(benchEntities(500));
  const { entities, withProblems, roundMs } = await measureCatalog(() => {},
  500);
  expect(entities).toBe(500);
  expect(withProblems).toBeGreaterThanOrEqual(250);
  expect(withProblems).toBeLessThan(500);
  expect(roundMs.count).toBe(7);
  expect(roundMs.min).toBeGreaterThan(0);
});

it('reads percentiles by the nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(spreadOf(values)).toEqual({
    count: 100,
    min: 1,
    p50: 50,
    p95: 95,
    p99: 99,
    max: 100,
  });
});
