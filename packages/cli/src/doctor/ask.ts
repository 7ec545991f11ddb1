/** An answer of the portal, or why there is none. */
export type Answer =
  | {
      readonly status: number;
      /** As JSON; undefined where it is none. */
      readonly body: unknown;
      /** The clock of whoever answered, milliseconds since the epoch; undefined: unsaid. */
      readonly date: number | undefined;
      /** How long it took, milliseconds. */
      readonly tookMs: number;
    }
  | { readonly unreachable: string };

/** Asks one question of the portal. */
export type Ask = (
  path: string,
  options?: { readonly body?: unknown; readonly anonymous?: boolean },
) => Promise<Answer>;

const TIMEOUT_MS = 10_000;

function reasonOf(error: unknown): string {
  if ((error as Error).name === 'TimeoutError') {
    return `no answer within ${TIMEOUT_MS / 1000} s`;
  }
  const { code, message } =
    ((error as Error).cause as NodeJS.ErrnoException | undefined) ??
    (error as Error as NodeJS.ErrnoException);
  return code ?? message;
}

/** A way to ask the backend at a URL, as a machine with a token. */
export function asker(
  url: string,
  token: string | undefined,
  now: () => number,
): Ask {
  return async (path, { body, anonymous = false } = {}) => {
    const since = now();
    try {
      const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          ...(token && !anonymous && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && {
            'content-type': 'application/cloudevents-batch+json',
          }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      const date = Date.parse(response.headers.get('date') ?? '');
      return {
        status: response.status,
        body: parse(text),
        date: Number.isNaN(date) ? undefined : date,
        tookMs: now() - since,
      };
    } catch (error) {
      return { unreachable: reasonOf(error) };
    }
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
