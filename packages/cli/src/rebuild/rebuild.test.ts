import type { RebuildAnswer } from '@four-keys/backstage-plugin-four-keys-common';
import { startCollector } from '../__testUtils__/collector';
import { testRuntime } from '../__testUtils__/runtime';
import { runRebuild, type RebuildFlags } from './run';

const drifted: RebuildAnswer = {
  services: 2,
  pending: 1,
  drift: [
    {
      service: 'orders',
      tables: [
        { table: 'deployments', missing: 1, surplus: 0, different: 2 },
        { table: 'releases', missing: 0, surplus: 3, different: 0 },
      ],
      examples: [{ table: 'deployments', expected: { id: 'd' }, stored: null }],
    },
  ],
  next: 'orders',
};
const rest: RebuildAnswer = { services: 1, pending: 0, drift: [], next: null };

const run = async (answers: readonly RebuildAnswer[], flags: RebuildFlags) => {
  const backend = await startCollector((_, call) => ({
    status: 200,
    body: answers[call - 1],
  }));
  const runtime = testRuntime({
    env: { FOUR_KEYS_URL: backend.url, FOUR_KEYS_TOKEN: 'secret' },
  });
  await runRebuild(flags, runtime);
  await backend.close();
  const asked: unknown[] = backend.received.map(({ events }) => events);
  return { ...runtime.output, asked, paths: backend.received };
};

describe('four-keys rebuild', () => {
  it('tells what drifted, part by part, and fails', async () => {
    const told = await run([drifted, rest], { verify: true });
    expect(told.out).toBe(
      'orders: deployments 1 missing, 2 different; releases 3 too many\n3 services compared, 1 drifted\n',
    );
    expect(told.exitCode).toBe(1);
    expect(told.err).toMatch(/nothing can be said of 1 services/);
    expect(told.asked).toEqual([
      { verify: true },
      { verify: true, after: 'orders' },
    ]);
    expect(told.paths[0].path).toBe('/api/four-keys/pipeline/rebuild');
    expect(told.paths[0].headers.authorization).toBe('Bearer secret');

    const json = await run([drifted, rest], { verify: true, json: true });
    expect(JSON.parse(json.out)).toEqual({
      services: 3,
      pending: 1,
      drift: drifted.drift,
    });
  });

  it('succeeds where nothing drifted, and writes only without --verify', async () => {
    const verified = await run([rest], { verify: true });
    expect(verified.exitCode).toBe(0);
    const rebuilt = await run([rest], {});
    expect(rebuilt.out).toBe('1 services derived anew\n');
    expect(rebuilt.asked).toEqual([{ verify: false }]);
    expect(rebuilt.exitCode).toBe(0);
  });
});
