import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  readWebhook,
  type WebhookHeaders,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import express, { type Request, type RequestHandler } from 'express';
import Router from 'express-promise-router';
import type { ConfiguredSource } from '../config';
import type { Intake } from '../intake/Intake';
import { WebhookProblem, webhookProblems } from './problems';

/** The one path that needs no Backstage credentials: the signature is checked instead. */
export const WEBHOOK_PATH = '/four-keys/:type/:instance';

const utf8 = new TextDecoder('utf-8', { fatal: true });

function headersOf(req: Request): WebhookHeaders {
  return Object.fromEntries(
    Object.entries(req.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

function parseJson(req: Request, body: Buffer): unknown {
  const contentType = req.headers['content-type'] ?? '';
  if (!/^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i.test(contentType)) {
    throw new WebhookProblem(
      'unsupported_media_type',
      `Content-Type is ${
        contentType ? JSON.stringify(contentType) : 'missing'
      }; choose application/json in the settings of the webhook`,
    );
  }
  try {
    return JSON.parse(utf8.decode(body));
  } catch (error) {
    throw new WebhookProblem('not_json', 'The body is no JSON in UTF-8', error);
  }
}

/**
 * Takes the webhooks of the configured sources. What is answered with 202 is
 * stored durably, so a vendor that delivers again after any other answer loses
 * nothing.
 */
export function createWebhookRouter(options: {
  sources: readonly ConfiguredSource[];
  intake: Intake;
  logger: LoggerService;
  clock?: () => number;
}): RequestHandler {
  const { intake, logger, clock = Date.now } = options;
  const byPath = new Map(
    options.sources.map(configured => [
      `${configured.type.type}/${configured.instance}`,
      {
        configured,
        // Compressed bodies stay outside: the signature is over what was sent.
        readBody: express.raw({
          type: () => true,
          limit: configured.source.maxBodyBytes,
          inflate: false,
        }),
      },
    ]),
  );

  const router = Router();
  router.post(WEBHOOK_PATH, async (req, res) => {
    const { type, instance } = req.params;
    const found = byPath.get(`${type}/${instance}`);
    if (!found) {
      throw new WebhookProblem(
        'unknown_source',
        `There is no source of type "${type}" with the instance "${instance}" in fourKeys.sources`,
      );
    }
    const { configured, readBody } = found;
    const { source } = configured;
    await new Promise<void>((resolve, reject) => {
      readBody(req, res, error => (error ? reject(error) : resolve()));
    });
    const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const headers = headersOf(req);
    if (!source.verify(headers, body, clock())) {
      throw new WebhookProblem(
        'invalid_signature',
        'The signature is missing, or no secret of this source made it for this body',
      );
    }
    const result = await readWebhook(source, headers, parseJson(req, body));
    const answer = await intake.take(configured, result, {
      timeoutMs: source.answerWithinMs,
    });
    res.status(202).json(answer);
  });
  router.use('/four-keys', webhookProblems(logger));
  return router;
}
