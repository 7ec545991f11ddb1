import type {
  ApiError,
  TraceAnswer,
  TraceStep,
} from '@four-keys/backstage-plugin-four-keys-common';
import { asker, type Ask } from '../doctor/ask';
import { readContext } from '../emit/context';
import { UserError, type Runtime } from '../runtime';
import { DEFAULT_URL } from '../transport/client';

export interface TraceFlags {
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

const PAGE = 500;

async function readPage(
  ask: Ask,
  url: string,
  path: string,
): Promise<TraceAnswer> {
  const answer = await ask(path);
  if ('unreachable' in answer) {
    throw new UserError(
      `The backend at ${url} cannot be reached: ${answer.unreachable}; check --url or FOUR_KEYS_URL`,
    );
  }
  const { status, body } = answer;
  const { steps } = (body ?? {}) as Partial<TraceAnswer>;
  if (status !== 200 || !Array.isArray(steps)) {
    const { error } = (body ?? {}) as Partial<ApiError>;
    throw new UserError(
      `${url} answered ${status}: ${
        error?.message ??
        'it does not know this question; is that the Backstage backend?'
      }`,
    );
  }
  return body as TraceAnswer;
}

/** The whole story, page by page. */
async function readStory(ask: Ask, url: string, id: string) {
  const path = `/api/four-keys/trace/${encodeURIComponent(id)}?limit=${PAGE}`;
  const first = await readPage(ask, url, path);
  const steps = [...first.steps];
  let cursor = first.nextCursor;
  while (cursor !== null) {
    const next = await readPage(
      ask,
      url,
      `${path}&cursor=${encodeURIComponent(cursor)}`,
    );
    steps.push(...next.steps);
    cursor = next.nextCursor;
  }
  return { ...first, steps, nextCursor: null };
}

function describe({ at, kind, status, summary, joinedBy }: TraceStep): string {
  const how =
    joinedBy.method === 'correlation_id'
      ? 'carries the id'
      : `by ${joinedBy.method} ${joinedBy.value}`;
  return `${at}  ${kind.padEnd(10)}  ${(status ?? '').padEnd(
    9,
  )}  ${summary} (${how})\n`;
}

/** `four-keys trace` */
export async function runTrace(
  given: string | undefined,
  flags: TraceFlags,
  runtime: Runtime,
): Promise<void> {
  const context = await readContext(runtime);
  const id = given ?? context.correlationId;
  if (!id) {
    throw new UserError(
      'There is no correlation id: give one, set FOUR_KEYS_CORRELATION_ID, or run it beside the .four-keys.env that a template stamped',
    );
  }
  const url = flags.url ?? context.url ?? DEFAULT_URL;
  const ask = asker(url, flags.token ?? context.token, runtime.now);
  const story = await readStory(ask, url, id);
  if (flags.json) {
    await runtime.out(`${JSON.stringify(story, null, 2)}\n`);
    return;
  }
  for (const step of story.steps) {
    await runtime.out(describe(step));
  }
  const { visible, of } = story.services;
  if (visible < of) {
    runtime.err(
      `four-keys: ${
        of - visible
      } of ${of} services of the story are not yours to see\n`,
    );
  }
  if (story.truncated) {
    runtime.err('four-keys: the story is longer, its latest part is missing\n');
  }
}
