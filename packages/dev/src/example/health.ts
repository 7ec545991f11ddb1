import { ServiceUnavailableError } from '@backstage/errors';
import { sleep } from '../process/signals';

/** A running backend, and the token of a machine. */
export interface Target {
  readonly url: string;
  readonly token: string;
}

/** What of `GET /pipeline/health` tells how far the pipeline is. */
export interface PipelineState {
  /** Events accepted and not yet stored. */
  readonly lag: number;
  /** What is stored and not yet computed. */
  readonly dirtyBacklog: number;
  readonly sources: ReadonlyArray<{ source: string; total: number }>;
}

const POLL_MS = 200;

/** Everything accepted is stored, and every number computed. */
export function isComputed({ lag, dirtyBacklog }: PipelineState): boolean {
  return lag === 0 && dirtyBacklog === 0;
}

/** How far the pipeline is. */
export async function readPipeline(target: Target): Promise<PipelineState> {
  return (await get(target, '/pipeline/health')) as PipelineState;
}

/**
 * Waits for a state of the pipeline.
 *
 * @returns false when the time was over, or the signal given, before.
 */
export async function untilPipeline(
  target: Target,
  options: {
    readonly holds: (state: PipelineState) => boolean;
    readonly onProgress: (text: string) => void;
    readonly withinMs?: number;
    readonly signal?: AbortSignal;
  },
): Promise<boolean> {
  const { holds, onProgress, withinMs = Infinity, signal } = options;
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline && !signal?.aborted) {
    const state = await readPipeline(target);
    if (holds(state)) {
      return true;
    }
    onProgress(`${state.lag} to store, ${state.dirtyBacklog} to compute`);
    await sleep(POLL_MS, signal);
  }
  return false;
}

/**
 * Asks the API of Four Keys.
 *
 * @throws ServiceUnavailableError when the answer is not a success.
 */
export async function get(target: Target, path: string): Promise<unknown> {
  const response = await fetch(`${target.url}/api/four-keys${path}`, {
    headers: { authorization: `Bearer ${target.token}` },
  });
  if (!response.ok) {
    throw new ServiceUnavailableError(
      `${path} was answered with ${response.status}: ${await response.text()}`,
    );
  }
  return response.json();
}
