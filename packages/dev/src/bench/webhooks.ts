import { createHmac } from 'node:crypto';
import { ServiceUnavailableError } from '@backstage/errors';
import { readPipeline, Target, untilPipeline } from '../example/health';
import { Spread, spreadOf } from './statistics';

/** Webhooks a second that a busy organisation sends at its worst. */
export const GOAL_WEBHOOKS_PER_SECOND = 300;

const SECRET = 'bench-hook';
const BODY_BYTES = 50 * 1024;
const SENDERS = 16;

/** The source that takes them, as a variable of the backend's configuration. */
export const WEBHOOK_SOURCE = {
  APP_CONFIG_fourKeys_sources: JSON.stringify([
    {
      type: 'github',
      instance: 'bench',
      secrets: [SECRET],
      changes: 'pushes',
      deployments: 'none',
    },
  ]),
};

/** What sending a number of signed pushes took. */
export interface WebhookResult {
  readonly webhooks: number;
  readonly bodyBytes: number;
  readonly seconds: number;
  readonly webhooksPerSecond: number;
  /** Milliseconds until a webhook was answered, when it was durable. */
  readonly answerMs: Spread;
}

const sha = (index: number) => index.toString(16).padStart(40, 'b');

/** A push of one commit, made as large as one with long messages is. */
function pushOf(index: number, now: number): string {
  const push = {
    ref: 'refs/heads/main',
    repository: {
      full_name: `bench/service-${index % 50}`,
      name: `service-${index % 50}`,
      pushed_at: Math.floor(now / 1000) - 60,
    },
    commits: [
      {
        id: sha(index),
        message: 'Change',
        timestamp: new Date(now - 3_600_000).toISOString(),
      },
    ],
    padding: '',
  };
  push.padding = 'x'.repeat(BODY_BYTES - JSON.stringify(push).length);
  return JSON.stringify(push);
}

async function deliver(target: Target, body: string): Promise<void> {
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const response = await fetch(
    `${target.url}/api/events/four-keys/github/bench`,
    {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-hub-signature-256': `sha256=${signature}`,
      },
      body,
    },
  );
  const text = await response.text();
  if (response.status !== 202 || !/"accepted": ?1\b/.test(text)) {
    throw new ServiceUnavailableError(
      `A webhook was answered with ${response.status}: ${text.slice(0, 500)}`,
    );
  }
}

/** Sends signed pushes and requires every one of them to be stored. */
export async function measureWebhooks(
  target: Target,
  count: number,
  onProgress: (text: string) => void,
): Promise<WebhookResult> {
  const now = Date.now();
  const answerMs: number[] = [];
  let next = 0;
  const begin = performance.now();
  const sender = async () => {
    while (next < count) {
      const body = pushOf(next, now);
      next += 1;
      const from = performance.now();
      await deliver(target, body);
      answerMs.push(performance.now() - from);
      onProgress(`${answerMs.length} of ${count} webhooks`);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  const seconds = (performance.now() - begin) / 1000;
  await untilPipeline(target, { holds: ({ lag }) => lag === 0, onProgress });
  const { sources } = await readPipeline(target);
  const stored = sources
    .filter(({ source }) => source === '/github/bench')
    .reduce((sum, { total }) => sum + total, 0);
  if (stored !== count) {
    throw new ServiceUnavailableError(
      `${count} webhooks were accepted, but ${stored} of their events are stored`,
    );
  }
  return {
    webhooks: count,
    bodyBytes: BODY_BYTES,
    seconds,
    webhooksPerSecond: count / seconds,
    answerMs: spreadOf(answerMs),
  };
}
