import type { AuditorService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import type { Request, RequestHandler, Response } from 'express';

/**
 * A handler that changes something, with an audit event around it: who tried
 * what, and how it ended.
 */
export function audited(
  auditor: AuditorService,
  eventId: string,
  options: {
    readonly meta: (req: Request) => JsonObject;
    readonly handler: (req: Request, res: Response) => Promise<void>;
  },
): RequestHandler {
  return async (req, res) => {
    const event = await auditor.createEvent({
      eventId,
      severityLevel: 'medium',
      request: req,
      meta: options.meta(req),
    });
    try {
      await options.handler(req, res);
      await event.success();
    } catch (error) {
      await event.fail({
        error: error instanceof Error ? error : new Error(String(error)),
      });
      throw error;
    }
  };
}
