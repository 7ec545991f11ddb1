import { randomBytes } from 'node:crypto';
import { ExampleBackend, startExampleBackend } from '../example/backend';
import { findFreePort } from '../net/ports';
import { dropDatabases, testServer } from '../postgres/testDatabase';

/** An answer of the portal, with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The real example backend, as its users meet it: over HTTP. */
export interface Portal {
  readonly url: string;
  readonly token: string;
  /** Calls a path; `token: null` sends none. JSON bodies are serialised. */
  call(
    path: string,
    options?: {
      method?: string;
      body?: unknown;
      contentType?: string;
      token?: string | null;
    },
  ): Promise<Answer>;
  /** Signs in as a guest, as the app does for a person. */
  guestToken(): Promise<string>;
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
  return portal(backend, stop);
}

function portal(backend: ExampleBackend, stop: () => Promise<void>): Portal {
  const call: Portal['call'] = async (path, options = {}) => {
    const { body, token = TOKEN } = options;
    const response = await fetch(`${backend.url}${path}`, {
      method: options.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && {
          'content-type': options.contentType ?? 'application/json',
        }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: parseJson(text),
    };
  };
  const guestToken = async () => {
    const { status, body } = await call('/api/auth/guest/refresh', {
      body: {},
      token: null,
    });
    const { backstageIdentity } = body as {
      backstageIdentity?: { token: string };
    };
    if (!backstageIdentity) {
      throw new Error(`The guest sign-in answered ${status}`);
    }
    return backstageIdentity.token;
  };
  return { url: backend.url, token: TOKEN, call, guestToken, stop };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Asks again until the answer satisfies the check.
 *
 * @throws Error with the last answer when the time is over.
 */
export async function eventually<T>(
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
  withinMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) {
      return answer;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `Not within ${withinMs} ms; last: ${JSON.stringify(answer)}`,
      );
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
