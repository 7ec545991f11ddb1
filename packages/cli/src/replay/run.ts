import type {
  DeadLetterReplay,
  DeadLetterSelection,
} from '@four-keys/backstage-plugin-four-keys-common';
import { UserError, type Runtime } from '../runtime';
import { postJson, type BackendFlags } from '../transport/postJson';

export interface ReplayFlags extends BackendFlags {
  readonly id?: string[];
  readonly since?: string;
  readonly code?: string;
  readonly source?: string;
}

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
    answer = await postJson('/dead-letters/replay', selection, flags, runtime);
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
