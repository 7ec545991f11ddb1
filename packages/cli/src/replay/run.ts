import type {
  DeadLetterReplay,
  DeadLetterSelection,
} from '@four-keys/backstage-plugin-four-keys-common';
import { UserError, type Runtime } from '../runtime';
import { DEFAULT_URL } from '../transport/client';

export interface ReplayFlags {
  readonly id?: string[];
  readonly since?: string;
  readonly code?: string;
  readonly source?: string;
  readonly url?: string;
  readonly token?: string;
}

const TIMEOUT_MS = 60_000;

/**
 * Sends dead letters again until none of the selection is left.
 *
 * @throws UserError that says what to mend
 */
export async function runReplay(
  flags: ReplayFlags,
  runtime: Runtime,
): Promise<void> {
  const { id: ids, since, code, source } = flags;
  if (!ids && !since && !code && !source) {
    throw new UserError(
      'say what to send again: --id, --since, --code or --source; --since 1970-01-01T00:00:00Z is everything',
    );
  }
  const selection: DeadLetterSelection = { ids, since, code, source };
  let replayed = 0;
  let answer: DeadLetterReplay;
  do {
    answer = await ask(selection, flags, runtime);
    selection.upTo = answer.upTo;
    replayed += answer.replayed;
    if (answer.remaining > 0) {
      runtime.err(
        `four-keys: sent ${replayed} again, ${answer.remaining} to go\n`,
      );
    }
    // None of them moves: somebody else holds them, or is at it as well.
  } while (answer.remaining > 0 && answer.replayed > 0);
  const { skipped, remaining } = answer;
  await runtime.out(
    `${JSON.stringify({ replayed, remaining, skipped: skipped.length })}\n`,
  );
  if (skipped.length > 0) {
    runtime.err(
      `four-keys: ${skipped.length} have no bytes to send: their producer wrote empty records\n`,
    );
  }
  if (remaining > 0) {
    runtime.setExitCode(1);
    runtime.err(
      `four-keys: ${remaining} are being sent again by somebody else; run it again to see that they were\n`,
    );
  }
}

async function ask(
  selection: DeadLetterSelection,
  flags: ReplayFlags,
  runtime: Runtime,
): Promise<DeadLetterReplay> {
  const url = flags.url ?? (runtime.env.FOUR_KEYS_URL || DEFAULT_URL);
  const token = flags.token ?? (runtime.env.FOUR_KEYS_TOKEN || undefined);
  const response = await fetch(
    `${url.replace(/\/+$/, '')}/api/four-keys/dead-letters/replay`,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(selection),
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
  const body = await response.text();
  if (!response.ok) {
    throw new UserError(
      `${url} answered ${response.status}: ${messageOf(body)}`,
    );
  }
  try {
    return JSON.parse(body) as DeadLetterReplay;
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
