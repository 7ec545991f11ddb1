import { createBackend } from '@backstage/backend-defaults';
import { subscribe } from 'node:diagnostics_channel';
import { PIPELINE_PHASES } from '@four-keys/backstage-plugin-four-keys-node';

/**
 * A collector in a process of its own for `npm run chaos`: the plugin as it is, in a backend that
 * has nothing else. `FOUR_KEYS_DIE_AT` names the phase of a batch at which the
 * process ends without a chance to clean up, and the how manieth: `stored:3`.
 * `FOUR_KEYS_CLOCK_AHEAD_MS` sets its clock wrong.
 */
export function main(): void {
  const [phase, count] = (process.env.FOUR_KEYS_DIE_AT ?? '').split(':');
  let left = Number(count);
  subscribe(PIPELINE_PHASES, message => {
    if ((message as { phase: string }).phase === phase) {
      left -= 1;
      if (left === 0) {
        process.kill(process.pid, 'SIGKILL');
      }
    }
  });
  const rightClock = Date.now.bind(Date);
  const aheadMs = Number(process.env.FOUR_KEYS_CLOCK_AHEAD_MS ?? 0);
  Date.now = () => rightClock() + aheadMs;
  const backend = createBackend();
  backend.add(import('@four-keys/backstage-plugin-four-keys-backend'));
  backend.start();
}

main();
