import fc from 'fast-check';
import { foldRuns, type ScaffoldClaim } from './templateRuns';

const claim = (
  kind: ScaffoldClaim['kind'],
  run: string,
  time: number,
  data: Record<string, unknown> = {},
): ScaffoldClaim => ({
  kind,
  time,
  source: 'scaffolder',
  id: `${kind}/${run}/${time}`,
  data: { template_id: 'node', run_id: run, ...data },
});

describe('foldRuns', () => {
  it('tells how a run ended and how long it took', () => {
    const [retried, lasting, silent] = foldRuns([
      claim('scaffold.started', 'a', 1000, { template_version: '1.0.0' }),
      claim('scaffold.completed', 'a', 3000, { status: 'failure' }),
      claim('scaffold.completed', 'a', 61_000, {
        status: 'success',
        service_id: 'shop',
      }),
      claim('scaffold.started', 'b', 2000),
      claim('scaffold.completed', 'c', 4000, { duration_ms: 1500 }),
    ]);
    expect(retried).toMatchObject({
      version: '1.0.0',
      status: 'success',
      at: 61_000,
      seconds: 60,
      service: 'shop',
    });
    expect(lasting).toMatchObject({ status: 'running', at: 2000 });
    expect(lasting.seconds).toBeUndefined();
    expect(silent).toMatchObject({ status: null, at: 4000, seconds: 1.5 });
  });

  it('says the same of the same events in any order, however often they came', () => {
    const claims = fc.array(
      fc
        .record({
          run: fc.constantFrom('a', 'b', 'c'),
          kind: fc.constantFrom(
            'scaffold.started' as const,
            'scaffold.completed' as const,
          ),
          time: fc.nat({ max: 20 }),
          status: fc.constantFrom('success', 'failure', 'cancelled', undefined),
        })
        .map(({ run, kind, time, status }) => {
          const made = claim(kind, run, time, status ? { status } : {});
          return { ...made, id: `${made.id}/${status}` };
        }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        claims.chain(list =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray([...list, ...list], {
              minLength: list.length * 2,
            }),
          ),
        ),
        ([list, again]) => {
          const byId = (claims_: readonly ScaffoldClaim[]) =>
            foldRuns(claims_).sort((a, b) => (a.id < b.id ? -1 : 1));
          expect(byId(again)).toEqual(byId(list));
          for (const run of byId(list)) {
            const own = list.filter(({ data }) => data.run_id === run.id);
            const isOver = own.some(
              ({ kind }) => kind === 'scaffold.completed',
            );
            expect(run.status === 'running').toBe(!isOver);
            expect(run.status === 'success').toBe(
              own.some(
                ({ kind, data }) =>
                  kind === 'scaffold.completed' && data.status === 'success',
              ),
            );
          }
        },
      ),
    );
  });
});
