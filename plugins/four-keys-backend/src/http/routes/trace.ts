import type { RequestHandler } from 'express';
import type { AuthorizedTrace } from '../../permissions';
import { Problem } from '../problems';
import { readPage } from '../query';
import { callerOf } from '../requestContext';

/** GET /trace/{correlationId} */
export function getTrace({
  trace,
}: {
  readonly trace: AuthorizedTrace;
}): RequestHandler {
  return async (req, res) => {
    const { correlationId } = req.params;
    const answer = await trace.read(callerOf(req), {
      ...readPage(req.query),
      correlationId,
    });
    if (!answer) {
      throw new Problem(
        'unknown_correlation_id',
        `No event carries the correlation id ${JSON.stringify(
          correlationId,
        )}; compare it with the annotation four-keys.dev/correlation-id of the entity or FOUR_KEYS_CORRELATION_ID in .four-keys.env, and ask again in a moment when it was sent just now`,
      );
    }
    res.json(answer);
  };
}
