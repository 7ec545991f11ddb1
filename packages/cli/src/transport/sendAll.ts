import { Progress } from '../progress';
import { UserError, type Runtime } from '../runtime';
import { inBatches, sized } from './batches';
import { CollectorError, type CollectorClient, type JsonEvent } from './client';

/** How many rejected events are shown; the rest is counted. */
const SHOWN_REJECTIONS = 20;

/**
 * Sends a history in order. Unlike telemetry it must arrive: the first batch
 * that does not ends it.
 *
 * @param onDurable - called with the events of each batch once they are stored
 * @throws UserError when the collector is away or rejects events
 */
export async function sendAll(
  events: readonly JsonEvent[],
  client: CollectorClient,
  runtime: Runtime,
  onDurable: (batch: readonly JsonEvent[]) => Promise<void> = async () => {},
): Promise<void> {
  const progress = new Progress({
    runtime,
    label: 'events',
    total: events.length,
  });
  let accepted = 0;
  let rejected = 0;
  try {
    for await (const batch of inBatches(events.map(sized))) {
      const answer = await client.send(batch);
      accepted += answer.accepted;
      for (const { id, code, message } of answer.rejected) {
        rejected += 1;
        if (rejected <= SHOWN_REJECTIONS) {
          runtime.err(`four-keys: ${id} was rejected (${code}): ${message}\n`);
        }
      }
      await onDurable(batch);
      progress.advance(batch.length);
    }
  } catch (error) {
    if (error instanceof CollectorError) {
      throw new UserError(
        `${error.message}. ${accepted} of ${events.length} events were accepted before; run the same command again, what was taken is recognised`,
      );
    }
    throw error;
  }
  progress.finish(`${accepted} events accepted, ${rejected} rejected`);
  if (rejected > 0) {
    throw new UserError(`${rejected} events were rejected, see above`);
  }
}
