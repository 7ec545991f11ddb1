import { Portal, startPortal } from '../e2e/portal';
import {
  GOAL_WEBHOOKS_PER_SECOND,
  measureWebhooks,
  WEBHOOK_SOURCE,
} from './webhooks';

jest.setTimeout(240_000);

/** Enough to see that none is lost; a figure takes `FOUR_KEYS_BENCH_WEBHOOKS`. */
const COUNT = Number(process.env.FOUR_KEYS_BENCH_WEBHOOKS ?? 100);

describe('signed pushes of 50 KB', () => {
  let portal: Portal;

  beforeAll(async () => {
    portal = await startPortal({ env: WEBHOOK_SOURCE });
  });

  afterAll(() => portal?.stop());

  it('are all stored before they are answered', async () => {
    const result = await measureWebhooks(portal, COUNT, () => {});
    expect(result).toMatchObject({ webhooks: COUNT, bodyBytes: 51_200 });
    expect(result.answerMs.count).toBe(COUNT);
    if (process.env.FOUR_KEYS_BENCH_WEBHOOKS) {
      process.stderr.write(
        `${result.webhooksPerSecond.toFixed(
          0,
        )} webhooks/s, asked for ${GOAL_WEBHOOKS_PER_SECOND}; p50 ${result.answerMs.p50.toFixed(
          0,
        )} ms, p95 ${result.answerMs.p95.toFixed(0)} ms\n`,
      );
    }
  });
});
