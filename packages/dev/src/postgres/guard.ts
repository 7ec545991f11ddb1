import { spawn } from 'node:child_process';
import path from 'node:path';
import { Credentials } from './processes';

/**
 * Starts a shell that waits for the end of its input, which the system closes
 * when this process is gone however it died, and then stops the server.
 *
 * @returns a function that dismisses the guard.
 */
export function startGuard(options: {
  readonly pgCtl: string;
  readonly clusterDir: string;
  readonly account: Credentials;
  /** A throw-away folder, removed once the server has stopped. */
  readonly remove?: string;
}): () => void {
  if (process.platform === 'win32') {
    return () => {};
  }
  const script =
    'cat >/dev/null; "$1" stop -D "$2" -m fast -w -t 30 >/dev/null 2>&1; ' +
    '[ -z "$3" ] || rm -rf "$3"';
  const guard = spawn(
    '/bin/sh',
    [
      '-c',
      script,
      'four-keys-postgres-guard',
      options.pgCtl,
      options.clusterDir,
      options.remove ?? '',
    ],
    {
      cwd: path.parse(options.clusterDir).root,
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      ...options.account,
    },
  );
  guard.on('error', () => {});
  guard.unref();
  const { stdin } = guard;
  stdin.on('error', () => {});
  (stdin as unknown as { unref?: () => void }).unref?.();
  return () => {
    guard.kill('SIGKILL');
  };
}
