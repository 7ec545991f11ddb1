import { startCollector } from '../__testUtils__/collector';
import { testRuntime } from '../__testUtils__/runtime';
import { runReplay, type ReplayFlags } from './run';

const run = async (url: string, flags: ReplayFlags) => {
  const runtime = testRuntime({
    env: { FOUR_KEYS_URL: url, FOUR_KEYS_TOKEN: 'secret' },
  });
  await runReplay(flags, runtime);
  return runtime.output;
};

describe('four-keys replay', () => {
  it('asks until none is left, and never for those that replaying made', async () => {
    const left = [300, 100, 0];
    const collector = await startCollector((_, call) => ({
      status: 200,
      body: {
        replayed: 200,
        alreadyReplayed: 0,
        skipped: ['3'],
        upTo: '900',
        remaining: left[call - 1],
      },
    }));
    const selection = { since: '2026-06-10T12:00:00Z', code: 'not_json' };
    const output = await run(collector.url, selection);
    await collector.close();
    expect(output.exitCode).toBe(0);
    expect(JSON.parse(output.out)).toEqual({
      replayed: 600,
      remaining: 0,
      skipped: 1,
    });
    expect(collector.received.map(({ path }) => path)).toEqual(
      Array(3).fill('/api/four-keys/dead-letters/replay'),
    );
    expect(collector.received[0].headers.authorization).toBe('Bearer secret');
    const asked: unknown[] = collector.received.map(({ events }) => events);
    expect(asked).toEqual([
      selection,
      { ...selection, upTo: '900' },
      { ...selection, upTo: '900' },
    ]);
  });

  it('says what to mend', async () => {
    await expect(run('http://127.0.0.1:1', {})).rejects.toThrow(
      /--id, --since, --code or --source/,
    );
    const collector = await startCollector(() => ({
      status: 403,
      body: { error: { message: 'You lack fourKeys.deadLetters.replay' } },
    }));
    await expect(run(collector.url, { id: ['1'] })).rejects.toThrow(
      /answered 403: You lack fourKeys.deadLetters.replay/,
    );
    await collector.close();
    await expect(run(collector.url, { id: ['1'] })).rejects.toThrow(
      /cannot be reached: ECONNREFUSED; check --url/,
    );
  });
});
