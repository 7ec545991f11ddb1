import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isComputed, Target, untilPipeline } from '../example/health';
import { startNode } from '../process/child';
import { inRepository } from '../repository';
import { Progress } from './progress';

/** The service that this repository itself is. */
const OWN_SERVICE = 'four-keys-for-backstage';

/** Half a year, as the example shows it. */
const DAYS = 180;

/** How long after its day a simulated event may still happen, generously. */
const OVERLAP_DAYS = 45;

const DAY_MS = 86_400_000;
const COMPUTE_WITHIN_MS = 120_000;

/**
 * Loads the example data: a simulated organisation until today, and the
 * history of this repository. Every event has the same id on every run, so
 * what is there already stays as it is, and tomorrow adds a day.
 */
export async function seedExample(options: {
  readonly target: Target;
  /** Where what was loaded is noted; it lies and dies with the data. */
  readonly stateDir: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { target, stateDir, progress, signal } = options;
  const stateFile = path.join(stateDir, 'seeded-until');
  const now = Date.now();
  const days = daysToTell(
    await readFile(stateFile, 'utf8').catch(() => ''),
    now,
  );

  const organisation = ['simulate', '--send', '--days', String(days)];
  if (await tell('Loading the example organisation', organisation, options)) {
    await writeFile(stateFile, new Date(now).toISOString());
  }
  // What the import notes elsewhere outlives our data, so it starts over; the
  // history is short, and what is there already is recognised.
  const history = ['backfill', 'git', '--every-landing', '--restart'];
  history.push('--service', OWN_SERVICE);
  await tell('Loading the history of this repository', history, options);

  await progress.step('Computing the metrics', async detail => {
    const computed = await untilPipeline(target, {
      holds: isComputed,
      onProgress: detail,
      withinMs: COMPUTE_WITHIN_MS,
      signal,
    });
    if (!computed && !signal.aborted) {
      progress.note('This goes on in the background.');
    }
  });
}

/** How many days the simulation has to tell, given when it last told all. */
export function daysToTell(seededUntil: string, now: number): number {
  const since = (now - Date.parse(seededUntil)) / DAY_MS;
  return since >= 0 ? Math.min(DAYS, Math.ceil(since) + OVERLAP_DAYS) : DAYS;
}

/**
 * Runs a command of ours. One that fails leaves its data out, and the start
 * goes on: the app is worth more than its examples.
 */
async function tell(
  title: string,
  args: readonly string[],
  options: {
    readonly target: Target;
    readonly progress: Progress;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  const { target, progress, signal } = options;
  if (signal.aborted) {
    return false;
  }
  const failure = await progress.step(title, async detail => {
    const cli = startNode(
      [inRepository('packages', 'cli', 'bin', 'four-keys'), ...args],
      {
        cwd: inRepository(),
        env: { FOUR_KEYS_URL: target.url, FOUR_KEYS_TOKEN: target.token },
        onLine: detail,
      },
    );
    const stop = () => cli.stop(1_000);
    signal.addEventListener('abort', stop);
    const code = await cli.exited;
    signal.removeEventListener('abort', stop);
    return code === 0 ? undefined : cli.tail();
  });
  if (failure !== undefined && !signal.aborted) {
    progress.note(`This was left out:\n${failure}`);
  }
  return failure === undefined;
}
