import type { JsonObject } from '@backstage/types';
import type { RequestHandler } from 'express';
import { readBucket } from '../query';
import { callerOf } from '../requestContext';
import { readRules } from '../rules';
import { readQuestion, type QuestionOptions } from './metrics';

/** POST /what-if */
export function tryRules({ metrics, clock }: QuestionOptions): RequestHandler {
  return async (req, res) => {
    const { rules, ...query } = req.body as JsonObject;
    const question = {
      ...readQuestion(query, clock()),
      bucket: readBucket(query),
      rules: readRules(rules as JsonObject | undefined),
    };
    res.json(await metrics.whatIf(callerOf(req), question));
  };
}
