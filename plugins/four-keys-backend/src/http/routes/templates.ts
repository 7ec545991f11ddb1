import type { RequestHandler } from 'express';
import { invalidParameter } from '../problems';
import { readText } from '../query';
import { callerOf } from '../requestContext';
import { readQuestion, type QuestionOptions } from './metrics';

/** GET /templates */
export function getTemplates({
  metrics,
  clock,
}: QuestionOptions): RequestHandler {
  return async (req, res) => {
    const question = readQuestion(req.query, clock());
    res.json(await metrics.templates(callerOf(req), question));
  };
}

/** GET /templates/{template}/comparison */
export function compareTemplates({
  metrics,
  clock,
}: QuestionOptions): RequestHandler {
  const readVersion = (query: Record<string, unknown>, name: string) => {
    const version = readText(query, name);
    if (version === undefined) {
      throw invalidParameter(name, 'is missing; name a version to compare');
    }
    return version;
  };
  return async (req, res) => {
    const { template } = req.params;
    const { scope, ...question } = readQuestion(
      { ...req.query, template },
      clock(),
    );
    const comparison = await metrics.compareTemplateVersions(callerOf(req), {
      ...question,
      scope: { ...scope, template },
      a: readVersion(req.query, 'a'),
      b: readVersion(req.query, 'b'),
    });
    res.json(comparison);
  };
}
