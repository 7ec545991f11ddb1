import type { Knex } from 'knex';
import { query } from '../database';
import { invalidParameter } from '../http/problems';
import type { MetricsQuestion } from '../metrics';

/** Deriving anew takes time and memory, both in proportion to the events. */
const MAX_SERVICES = 100;
const MAX_EVENTS = 100_000;

const HOLDERS = { team: 'owner', system: 'system', domain: 'domain' } as const;

type Condition = readonly [sql: string, bindings: Record<string, unknown>];

/** The services that a scope may hold at some time, whichever rules apply. */
function conditionOf(question: MetricsQuestion): Condition {
  const { service, template } = question;
  if (service !== undefined) {
    return ['e.service = :service', { service }];
  }
  for (const name of ['team', 'system', 'domain'] as const) {
    if (question[name] !== undefined) {
      return [
        `EXISTS (SELECT FROM service_holders AS h WHERE h.service = e.service
          AND h.dimension = :dimension AND h.holder = ANY(string_to_array(:holder, ',')))`,
        { dimension: HOLDERS[name], holder: question[name] },
      ];
    }
  }
  if (template !== undefined) {
    return [
      `EXISTS (SELECT FROM service_templates AS t
        WHERE t.service = e.service AND t.template = :template)`,
      { template },
    ];
  }
  return ['true', {}];
}

/**
 * The services to derive anew for a question.
 *
 * @throws Problem `invalid_parameter` when there is too much of it.
 */
export async function findAffected(
  knex: Knex,
  question: MetricsQuestion,
): Promise<string[]> {
  const [condition, bindings] = conditionOf(question);
  const rows = await query<{ service: string }>(
    knex,
    `SELECT e.service FROM service_entities AS e
     WHERE ${condition} AND EXISTS (SELECT FROM claims AS c WHERE c.service = e.service)
     ORDER BY e.service COLLATE "C"`,
    bindings,
  );
  const services = rows.map(row => row.service);
  const parameter =
    (['team', 'system', 'domain', 'template'] as const).find(
      name => question[name] !== undefined,
    ) ?? 'service';
  const isGiven = question[parameter] !== undefined;
  if (services.length > MAX_SERVICES) {
    throw invalidParameter(
      parameter,
      `${isGiven ? 'holds' : 'is not given, and there are'} ${
        services.length
      } services, while one request computes ${MAX_SERVICES} anew; ask about fewer`,
    );
  }
  const [{ events }] = await query<{ events: number }>(
    knex,
    `SELECT count(*)::int AS events FROM (
       SELECT FROM claims WHERE service = ANY(?::text[]) LIMIT ?
     ) AS counted`,
    [services, MAX_EVENTS + 1],
  );
  if (events > MAX_EVENTS) {
    throw invalidParameter(
      parameter,
      `${
        isGiven ? 'holds' : 'is not given, and there are'
      } more than ${MAX_EVENTS} events, which are more than one request computes anew; ask about fewer services, or use four-keys compute on an export`,
    );
  }
  return services;
}
