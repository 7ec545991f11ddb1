import { Portal, startPortal } from '../e2e/portal';
import { measureWebhooks, WEBHOOK_SOURCE } from './webhooks';

jest.setTimeout(240_000);

/** Enough to see that none is lost; how many a second is for the benchmark. */
const COUNT = 100;

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
  });
});
