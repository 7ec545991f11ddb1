/** An answer of a backend, with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Talks to a backend as a machine with a token does, or a browser that signed in. */
export interface BackendClient {
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
}

/** A client of the backend at a URL, with the token that it sends by default. */
export function backendClient(url: string, ownToken: string): BackendClient {
  const call: BackendClient['call'] = async (path, options = {}) => {
    const { body, token = ownToken } = options;
    const response = await fetch(`${url}${path}`, {
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
  return { url, token: ownToken, call, guestToken };
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
