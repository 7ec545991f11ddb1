import { fourKeysEventsPublishPermission } from '@four-keys/backstage-plugin-four-keys-common';
import type { RequestHandler } from 'express';
import type { Authorizer } from '../../permissions';
import type { Ingest } from '../Ingest';
import { Problem, problemBody } from '../problems';
import { callerOf, traceparentOf } from '../requestContext';

/** POST /events */
export function publishEvents(options: {
  readonly ingest: Ingest;
  readonly authorizer: Authorizer;
}): RequestHandler {
  const { ingest, authorizer } = options;
  return async (req, res) => {
    await authorizer.require(callerOf(req), fourKeysEventsPublishPermission);
    const answer = await ingest.publish(req.body as unknown[], {
      traceparent: traceparentOf(req),
    });
    if (answer.rejected.length === 0) {
      res.status(202).json(answer);
    } else if (answer.accepted > 0) {
      res.status(207).json(answer);
    } else {
      const [first] = answer.rejected;
      const problem = new Problem(
        'all_rejected',
        `No event was accepted. The first: ${first.message}`,
      );
      res.status(400).json({ ...answer, ...problemBody(problem) });
    }
  };
}
