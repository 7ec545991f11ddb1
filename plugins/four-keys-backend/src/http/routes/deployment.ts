import type { MetricsScope } from '@four-keys/backstage-plugin-four-keys-common';
import type { RequestHandler } from 'express';
import { invalidParameter, Problem } from '../problems';
import { readScope } from '../query';
import { callerOf } from '../requestContext';
import type { QuestionOptions } from './metrics';

/** A scope that must name a service, for ids are unique within one only. */
function requireService(
  scope: MetricsScope,
): MetricsScope & { readonly service: string } {
  const { service } = scope;
  if (service === undefined) {
    throw invalidParameter(
      'service',
      'is missing; the id of a deployment says nothing without its service',
    );
  }
  return { ...scope, service };
}

/** GET /deployments/{id} */
export function getDeployment({ metrics }: QuestionOptions): RequestHandler {
  return async (req, res) => {
    const scope = requireService(readScope(req.query));
    const { id } = req.params;
    const found = await metrics.deployment(callerOf(req), { scope, id });
    if (!found) {
      throw new Problem(
        'unknown_deployment',
        `Service ${scope.service} has no deployment ${id} in the environment ${scope.environment}; GET /deployments lists them`,
      );
    }
    res.json(found);
  };
}
