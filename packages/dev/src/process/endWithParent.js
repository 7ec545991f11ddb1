const { isMainThread } = require('node:worker_threads');

const GRACE_MS = 2000;

/**
 * Loaded before a child's own code. The parent holds the other end of the
 * input; when it closes, however the parent ended, the child ends too.
 */
const end = () => {
  process.kill(process.pid, 'SIGTERM');
  // The database is going away too; a shutdown that waits for it never ends.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS);
};

// Node loads this into worker threads as well, whose input is another one.
if (isMainThread) {
  process.stdin.on('end', end).on('error', end).resume();
  // A child that is done may leave all the same.
  process.stdin.unref();
}
