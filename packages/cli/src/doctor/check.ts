import type { ApiError } from '@four-keys/backstage-plugin-four-keys-common';
import type { Answer, Ask } from './ask';
import type { Finding } from './findings';

/** One look at an installation. */
export type Check = (
  ask: Ask,
  context: { readonly url: string; readonly hasToken: boolean },
) => Promise<readonly Finding[]>;

/** Clocks further apart make lead times look wrong to people, milliseconds. */
export const NOTICEABLE_SKEW_MS = 30_000;

/** Why an answer is none. */
export const messageOf = (answer: Answer): string =>
  'unreachable' in answer
    ? answer.unreachable
    : [
        `answered ${answer.status}`,
        (answer.body as Partial<ApiError> | undefined)?.error?.message,
      ]
        .filter(Boolean)
        .join(': ');
