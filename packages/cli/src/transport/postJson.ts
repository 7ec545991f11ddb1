import { UserError, type Runtime } from '../runtime';
import { DEFAULT_URL } from './client';

/** Which backend, and who asks it; what is not given is taken from the environment. */
export interface BackendFlags {
  readonly url?: string;
  readonly token?: string;
}

const TIMEOUT_MS = 60_000;

/**
 * Asks the plugin's backend to do something.
 *
 * @param path - below `/api/four-keys`
 * @throws UserError that says what to mend
 */
export async function postJson<Answer>(
  path: string,
  body: unknown,
  flags: BackendFlags,
  runtime: Runtime,
): Promise<Answer> {
  const url = flags.url ?? (runtime.env.FOUR_KEYS_URL || DEFAULT_URL);
  const token = flags.token ?? (runtime.env.FOUR_KEYS_TOKEN || undefined);
  const response = await fetch(
    `${url.replace(/\/+$/, '')}/api/four-keys${path}`,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    },
  ).catch((error: Error & { cause?: NodeJS.ErrnoException }) => {
    throw new UserError(
      `The backend at ${url} cannot be reached: ${
        error.cause?.code ?? error.message
      }; check --url or FOUR_KEYS_URL`,
    );
  });
  const text = await response.text();
  if (!response.ok) {
    throw new UserError(
      `${url} answered ${response.status}: ${messageOf(text)}`,
    );
  }
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw new UserError(
      `${url} answered something else than JSON; is that the Backstage backend?`,
    );
  }
}

function messageOf(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: string } };
    return error?.message ?? body.slice(0, 200);
  } catch {
    return body.slice(0, 200);
  }
}
