import { ServiceUnavailableError } from '@backstage/errors';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findFreePort } from '../net/ports';
import { sleep } from '../process/signals';
import { opaBinary } from './binary';

/** An OPA server on this machine. @public */
export interface OpaTestServer {
  readonly url: string;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;

/**
 * Starts a real OPA server with a bundle or a folder of policies.
 *
 * @param policies - The file or folder; undefined: none.
 * @throws ServiceUnavailableError with its log when it does not get ready.
 * @public
 */
export async function startOpa(policies?: string): Promise<OpaTestServer> {
  const url = `http://127.0.0.1:${await findFreePort()}`;
  const child = spawn(
    await opaBinary(),
    [
      'run',
      '--server',
      '--skip-version-check',
      '--addr',
      url,
      ...(policies ? ['--bundle', policies] : []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  child.stdout.on('data', text => (log += text));
  child.stderr.on('data', text => (log += text));
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await exited;
  };
  const deadline = Date.now() + READY_WITHIN_MS;
  while (
    !(await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new ServiceUnavailableError(`OPA did not start:\n${log}`);
    }
    await sleep(50);
  }
  return { url, stop };
}
