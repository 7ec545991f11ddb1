import {
  READINESS_PROBLEM_CODES,
  type ReadinessProblemCode,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { RequestHandler } from 'express';
import { nearNames } from '../../nearNames';
import type { AuthorizedReadiness } from '../../permissions';
import type { ReadinessResult, ReadinessScope } from '../../readiness';
import { Problem } from '../problems';
import { readChoice, readPage, readRef, readText, type Query } from '../query';
import { callerOf } from '../requestContext';

function readReadinessScope(query: Query): ReadinessScope {
  return {
    service: readText(query, 'service'),
    team: readRef(query, 'team', 'group'),
    system: readRef(query, 'system', 'system'),
    domain: readRef(query, 'domain', 'domain'),
    kind: readText(query, 'kind')?.toLowerCase(),
  };
}

const readProblem = (query: Query): ReadinessProblemCode | undefined =>
  query.problem === undefined
    ? undefined
    : readChoice(
        query,
        'problem',
        READINESS_PROBLEM_CODES,
        READINESS_PROBLEM_CODES[0],
      );

const readReady = (query: Query): boolean | undefined =>
  query.ready === undefined
    ? undefined
    : readChoice(query, 'ready', ['true', 'false'], 'true') === 'true';

/** @throws Problem when the scope names something that is nowhere, with near names. */
function refuseUnknown(
  scope: ReadinessScope,
  namesOf: ReadinessResult['namesOf'],
): void {
  for (const dimension of ['service', 'team', 'system', 'domain'] as const) {
    const name = scope[dimension];
    const known = name === undefined ? [] : namesOf(dimension);
    if (name !== undefined && !known.includes(name.toLowerCase())) {
      const near = nearNames(name, new Set(known));
      throw new Problem(
        'unknown_scope',
        `No entity that should be ready has the ${dimension} ${JSON.stringify(
          name,
        )}${near.length > 0 ? `; did you mean ${near.join(', ')}?` : ''}`,
      );
    }
  }
}

/** GET /readiness */
export function getReadiness({
  readiness,
}: {
  readonly readiness: AuthorizedReadiness;
}): RequestHandler {
  return async (req, res) => {
    const scope = readReadinessScope(req.query);
    const { answer, namesOf } = await readiness.read(callerOf(req), {
      ...scope,
      ...readPage(req.query),
      problem: readProblem(req.query),
      ready: readReady(req.query),
    });
    if (answer.entities.of === 0) {
      refuseUnknown(scope, namesOf);
    }
    res.json(answer);
  };
}
