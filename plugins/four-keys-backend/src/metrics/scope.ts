import type { Grouping, ResolvedQuestion } from './question';
import { IS_FINISHED, reportersSql, streamsSql } from './streams';

const HOLDERS = { team: 'owner', system: 'system', domain: 'domain' } as const;

/** What questions ask of incidents. */
const INCIDENT_COLUMNS = `service, incident_id, environment, tier, title, url, severity, external,
  start, resolved_at, duration, last_resolved_at, period_starts, period_ends, link_method,
  link_service, link_environment, link_deployment_id, corrected_by, corrected_at, correction_reason`;

type HolderName = keyof typeof HOLDERS;

const HOLDER_NAMES = Object.keys(HOLDERS) as HolderName[];

/** When each service was held by whom; before the first known holder: that one. */
export const heldBy = (dimension: string) => `
  SELECT service, holder, coalesce(lead(from_time) OVER later, 'infinity') AS to_time,
    CASE WHEN lag(from_time) OVER later IS NULL THEN '-infinity' ELSE from_time END AS from_time
  FROM (
    SELECT service COLLATE "C" AS service, holder COLLATE "C" AS holder, from_time,
      min(from_time) FILTER (WHERE holder IS NOT NULL) OVER (PARTITION BY service) AS known_from
    FROM service_holders WHERE dimension = '${dimension}'
  ) AS known WHERE from_time >= known_from
  WINDOW later AS (PARTITION BY service ORDER BY from_time)`;

function filterSpans({ question }: ResolvedQuestion): string | undefined {
  const holder = HOLDER_NAMES.find(name => question[name] !== undefined);
  if (holder) {
    return `SELECT service, from_time, to_time FROM (${heldBy(
      HOLDERS[holder],
    )}) AS held WHERE holder = ANY(string_to_array(:${holder}, ','))`;
  }
  if (question.template !== undefined) {
    const version =
      question.templateVersion === undefined
        ? ''
        : 'AND version = :templateVersion';
    return `SELECT service, from_time, to_time FROM service_templates
      WHERE template = :template ${version}`;
  }
  return undefined;
}

function groupSpans(grouping: Grouping): string | undefined {
  switch (grouping) {
    case 'team':
    case 'system':
    case 'domain':
      return `SELECT service, holder AS key, from_time, to_time
        FROM (${heldBy(HOLDERS[grouping])}) AS held WHERE holder IS NOT NULL`;
    case 'template':
      return 'SELECT service, template AS key, from_time, to_time FROM service_templates';
    case 'template-version':
      return `SELECT service, template || coalesce('@' || version, '') AS key, from_time, to_time
        FROM service_templates`;
    default:
      return undefined;
  }
}

/**
 * Writes the parts of statements that say which rows a question is about.
 *
 * Every statement starts with {@link ScopeSql.with}, and takes from
 * {@link ScopeSql.rows} the joins and conditions for a table of rows.
 */
export class ScopeSql {
  /** The common table expressions that the other parts refer to, with a comma behind. */
  readonly with: string;
  readonly bindings: Readonly<Record<string, unknown>>;
  readonly grouping: Grouping;
  readonly #asked: ResolvedQuestion;
  readonly #filter: string | undefined;
  readonly #groups: string | undefined;

  constructor(
    asked: ResolvedQuestion,
    options: {
      readonly grouping?: Grouping;
      readonly incidentSource: 'all' | null;
    },
  ) {
    const { question, place } = asked;
    this.#asked = asked;
    this.grouping = options.grouping;
    this.#filter = filterSpans(asked);
    this.#groups = groupSpans(options.grouping);
    this.with = [
      this.#filter && `filter_span AS MATERIALIZED (${this.#filter})`,
      this.#groups && `group_span AS MATERIALIZED (${this.#groups})`,
      `stream AS MATERIALIZED (${streamsSql(question.service !== undefined)})`,
      `reporter AS MATERIALIZED (${reportersSql(
        question.service !== undefined,
      )})`,
      `known_source AS MATERIALIZED (${this.#knownSources(
        options.incidentSource,
      )})`,
    ]
      .filter(cte => cte !== undefined)
      .join(', ');
    this.bindings = {
      ...question,
      visibleServices: null,
      visible: question.visibleServices ? [...question.visibleServices] : null,
      tier: place.tier,
      environment: place.environment,
      from: new Date(asked.from).toISOString(),
      to: new Date(asked.to).toISOString(),
    };
  }

  /** Whether the successes of several environments are joined into releases. */
  get joinsReleases(): boolean {
    return (
      this.#asked.place.environment === null && this.grouping !== 'environment'
    );
  }

  /** Every counted thing that a success is in this question: a release or a deployment. */
  get units(): string {
    return this.joinsReleases
      ? 'releases AS u'
      : `(SELECT * FROM deployments WHERE counted AND status = 'success') AS u`;
  }

  /** What tells the rows of an answer apart. */
  key(alias: string): string {
    if (this.grouping === 'service') {
      return `${alias}.service`;
    }
    if (this.grouping === 'environment') {
      return `${alias}.environment`;
    }
    return this.#groups ? 'group_span.key' : `''`;
  }

  get #spans(): string[] {
    return [
      ...(this.#filter ? ['filter_span'] : []),
      ...(this.#groups ? ['group_span'] : []),
    ];
  }

  /** Joins a table of rows with whoever held their services at that time. */
  joins(alias: string, time: string): string {
    return this.#spans
      .map(
        span => `JOIN ${span} ON ${span}.service = ${alias}.service
          AND ${time} >= ${span}.from_time AND ${time} < ${span}.to_time`,
      )
      .join(' ');
  }

  /** Joins services with whoever ever held them; {@link within} says when. */
  holders(alias: string): string {
    return this.#spans
      .map(span => `JOIN ${span} ON ${span}.service = ${alias}.service`)
      .join(' ');
  }

  /** Whether a time lies in the spans that {@link holders} joined. */
  within(time: string): string {
    return this.#spans
      .map(span => `${time} >= ${span}.from_time AND ${time} < ${span}.to_time`)
      .concat('true')
      .join(' AND ');
  }

  /**
   * The finished deployments of one row of `stream`, within the spans joined
   * to it and before the window's end. To be limited: then an index answers.
   */
  finishedOf(stream: string): string {
    return `FROM deployments AS d
      WHERE d.service = ${stream}.service AND d.environment = ${stream}.environment
        AND d.finished_at < :to AND ${IS_FINISHED('d')}
        AND ${this.within('d.finished_at')}`;
  }

  /** The conditions on the service of a row. */
  services(
    alias: string,
    options: {
      readonly visibleOnly: boolean;
      /** Whether it may be another one than the question names. */
      readonly anyService?: boolean;
    } = { visibleOnly: true },
  ): string {
    const { question } = this.#asked;
    return [
      question.service === undefined || options.anyService
        ? 'true'
        : `${alias}.service = :service`,
      question.visibleServices && options.visibleOnly
        ? `${alias}.service = ANY(:visible::text[])`
        : 'true',
    ].join(' AND ');
  }

  /** The condition on the tier or environment of a deployment, release or change. */
  place(alias: string): string {
    const { question, place } = this.#asked;
    if (this.grouping === 'environment' && question.environment === undefined) {
      return 'true';
    }
    return place.environment === null
      ? `${alias}.tier = :tier`
      : `${alias}.environment = :environment`;
  }

  /**
   * The incidents that the question counts: those of the tier; of one
   * environment its own, and those of its tier that blame a deployment in it.
   */
  incidents(): string {
    if (this.grouping === 'environment') {
      return `(SELECT ${INCIDENT_COLUMNS} FROM incidents AS i WHERE i.environment IS NOT NULL AND ${this.place(
        'i',
      )}
        UNION ALL
        SELECT ${INCIDENT_COLUMNS.replaceAll(/\w+/g, 'i.$&').replace(
          'i.environment',
          'i.link_environment AS environment',
        )}
        FROM incidents AS i JOIN deployments AS blamed ON blamed.service = i.link_service
          AND blamed.environment = i.link_environment AND blamed.id = i.link_deployment_id
        WHERE i.environment IS DISTINCT FROM i.link_environment AND i.tier = blamed.tier
          AND ${this.place('blamed')}) AS i`;
    }
    if (this.#asked.place.environment === null) {
      return '(SELECT * FROM incidents WHERE tier = :tier) AS i';
    }
    return `(SELECT * FROM incidents WHERE environment = :environment
      OR (tier = :tier AND link_environment = :environment)) AS i`;
  }

  /**
   * Whether the incident source of a row's service is known.
   *
   * @param environment - where the environment is, if that tells rows apart
   */
  isKnown(alias: string, environment = `${alias}.environment`): string {
    const key = this.grouping === 'environment' ? environment : `''`;
    return `EXISTS (SELECT FROM known_source AS known WHERE known.service = ${alias}.service
      AND known.place IN ('*', ${key}))`;
  }

  #knownSources(incidentSource: 'all' | null): string {
    const { question } = this.#asked;
    const place = this.grouping === 'environment' ? 'i.environment' : `''`;
    const only = (alias: string) =>
      question.service === undefined ? '' : `AND ${alias}.service = :service`;
    if (incidentSource === 'all') {
      return `SELECT DISTINCT service, '*' AS place FROM deployments AS d WHERE true ${only(
        'd',
      )}
        UNION SELECT service, '*' FROM incidents AS i WHERE true ${only('i')}
        UNION SELECT service COLLATE "C", '*' FROM service_entities AS e WHERE true ${only(
          'e',
        )}`;
    }
    return `SELECT service COLLATE "C" AS service, '*' AS place FROM service_entities AS e
        WHERE incident_source ${only('e')}
      UNION ${
        this.joinsReleases
          ? `SELECT service, ${place} FROM reporter CROSS JOIN LATERAL (
               ${this.#incidentOf(
                 'reporter',
               )} AND i.start < :to LIMIT 1) AS any_incident`
          : `SELECT service, ${place} FROM ${this.incidents()} WHERE start < :to ${only(
              'i',
            )}`
      }`;
  }

  /** The incidents of the tier of one row of `reporter`. */
  #incidentOf(reporter: string): string {
    return `SELECT FROM incidents AS i WHERE i.service = ${reporter}.service AND i.tier = :tier`;
  }

  /** The services that the scope holds in the catalog in the window; undefined: none are asked. */
  catalog(): string | undefined {
    const { question } = this.#asked;
    const { grouping } = this;
    if (
      question.template !== undefined ||
      grouping === 'template' ||
      grouping === 'template-version'
    ) {
      return undefined;
    }
    const overlap = (
      span: string,
    ) => `JOIN ${span} ON ${span}.service = e.service COLLATE "C"
      AND ${span}.from_time < :to AND ${span}.to_time > :from
      AND :from::timestamptz < :to`;
    const key = grouping === 'environment' ? `'*'` : this.key('e');
    return `SELECT ${key} AS key, e.service COLLATE "C" AS service FROM service_entities AS e
      ${this.#filter ? overlap('filter_span') : ''}
      ${this.#groups ? overlap('group_span') : ''}
      WHERE e.entity_ref IS NOT NULL AND (e.removed_at IS NULL OR e.removed_at > :from)
        AND ${this.services('e', { visibleOnly: false })}`;
  }

  /** The services of the scope, one row each. */
  serviceRows(): string {
    const catalog = this.catalog();
    const everywhere = { visibleOnly: false };
    const incidents = this.joinsReleases
      ? `SELECT ${this.key('r')}, r.service
        FROM reporter AS r ${this.holders('r')} CROSS JOIN LATERAL (
          ${this.#incidentOf('r')} AND i.start < :to
            AND ${this.within('i.start')} LIMIT 1) AS any_incident
        WHERE ${this.services('r', everywhere)}`
      : `SELECT ${this.key('i')}, i.service
        FROM ${this.incidents()} ${this.joins('i', 'i.start')}
        WHERE i.start < :to AND ${this.services('i', everywhere)}`;
    const heard = `heard AS (
        SELECT ${this.key('s')} AS key, s.service
        FROM stream AS s ${this.holders('s')} CROSS JOIN LATERAL (
          SELECT ${this.finishedOf('s')} LIMIT 1) AS any_deployment
        WHERE ${this.place('s')} AND ${this.services('s', everywhere)}
        UNION ${incidents}
      )`;
    if (!catalog) {
      return `${heard}, scope_service AS (SELECT key, service FROM heard)`;
    }
    const held =
      this.grouping === 'environment'
        ? `SELECT keys.key, held.service FROM (SELECT DISTINCT key FROM heard) AS keys
           CROSS JOIN (${catalog}) AS held`
        : catalog;
    return `${heard}, scope_service AS (SELECT key, service FROM heard UNION ${held})`;
  }
}
