/**
 * Which deployments are finished: what every metric but one counts among.
 * Spelled like the condition of the index that answers it.
 */
export const IS_FINISHED = (alias: string) =>
  `${alias}.counted AND ${alias}.status IN ('success', 'failure')`;

const isService = (asked: boolean) => (asked ? 'service = :service' : 'true');

/**
 * The streams that there are, each with its tier: one step through the key of
 * the table a stream, however many deployments they have.
 */
export const streamsSql = (oneService: boolean) => `
  WITH RECURSIVE walk AS (
    (SELECT service, environment, tier FROM deployments
      WHERE ${isService(oneService)} ORDER BY service, environment LIMIT 1)
    UNION ALL
    SELECT later.* FROM walk CROSS JOIN LATERAL (
      SELECT service, environment, tier FROM deployments
      WHERE ${isService(oneService)}
        AND (service, environment) > (walk.service, walk.environment)
      ORDER BY service, environment LIMIT 1) AS later
  ) SELECT * FROM walk`;

/** The services that ever had an incident, one step through the key each. */
export const reportersSql = (oneService: boolean) => `
  WITH RECURSIVE walk AS (
    (SELECT service FROM incidents
      WHERE ${isService(oneService)} ORDER BY service LIMIT 1)
    UNION ALL
    SELECT later.service FROM walk CROSS JOIN LATERAL (
      SELECT service FROM incidents
      WHERE ${isService(oneService)} AND service > walk.service
      ORDER BY service LIMIT 1) AS later
  ) SELECT * FROM walk`;
