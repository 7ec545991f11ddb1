import { randomBytes } from 'node:crypto';
import { startExampleBackend } from '../example/backend';
import { backendClient, type BackendClient } from '../example/client';
import { findFreePort } from '../net/ports';
import { dropDatabases, testServer } from '../postgres/testDatabase';

export { eventually, type Answer } from '../example/client';

/** The real example backend, as its users meet it: over HTTP. */
export interface Portal extends BackendClient {
  stop(): Promise<void>;
}

/** The token that the example has without any setting. */
const TOKEN = 'four-keys-dev-token';

/**
 * Starts the example backend as a child process, on a free port and with
 * databases of its own.
 */
export async function startPortal(
  options: { configFiles?: string[]; env?: Record<string, string> } = {},
): Promise<Portal> {
  const server = new URL(await testServer());
  const databasePrefix = `e2e_${randomBytes(5).toString('hex')}_`;
  const backend = startExampleBackend({
    port: await findFreePort(),
    databasePrefix,
    postgres: {
      host: server.hostname,
      port: Number(server.port),
      user: decodeURIComponent(server.username),
      password: decodeURIComponent(server.password),
    },
    configFiles: options.configFiles,
    env: { ...options.env, FOUR_KEYS_TOKEN: TOKEN },
  });
  const stop = async () => {
    await backend.stop();
    await dropDatabases(databasePrefix);
  };
  try {
    await backend.ready();
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...backendClient(backend.url, TOKEN), stop };
}
