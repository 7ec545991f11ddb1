import {
  formatInstant,
  type TemplateAdoption,
  type TemplatesAnswer,
  type TemplateStatistics,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { query } from '../database';
import { compareText } from '../derivation';
import { estimateMedian, estimateRatio } from './estimates';
import type { ResolvedQuestion } from './question';
import { heldBy, ScopeSql } from './scope';
import { MILLISECONDS, Statements } from './statements';
import { readRuns, type TemplateRun } from './templateRuns';

interface Lineage {
  readonly template: string | null;
  readonly version: string | null;
}

interface ServiceLineage extends Lineage {
  readonly service: string;
  readonly team: string | null;
}

interface DeploymentCount extends Lineage {
  readonly deployments: number;
}

/** A successful run with the first deployment of what it made. */
export interface Birth {
  readonly run: TemplateRun;
  /** Seconds; null: not deployed yet. */
  readonly seconds: number | null;
}

const ascending = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b);

/** How long after its run each service that one made was deployed. */
export async function findBirths(
  knex: Knex,
  scope: ScopeSql,
  runs: readonly TemplateRun[],
): Promise<Birth[]> {
  const made = runs.filter(
    run => run.status === 'success' && run.service !== null,
  );
  const rows = await query<{ first: number | null }>(
    knex,
    `WITH ${scope.with}
     SELECT (SELECT ${MILLISECONDS('min(u.finished_at)')} FROM ${scope.units}
       WHERE u.service = made.service AND ${scope.place('u')}
         AND u.finished_at >= made.at AND u.finished_at < :to) AS first
     FROM unnest(:services::text[], :ends::timestamptz[])
       WITH ORDINALITY AS made (service, at, position)
     ORDER BY made.position`,
    {
      ...scope.bindings,
      services: made.map(run => run.service),
      ends: made.map(run => formatInstant(run.at)),
    },
  );
  return made.map((run, index) => {
    const { first } = rows[index];
    return { run, seconds: first === null ? null : (first - run.at) / 1000 };
  });
}

/** The services of the scope that the asker may see, as they are at the window's end. */
function findServices(knex: Knex, scope: ScopeSql): Promise<ServiceLineage[]> {
  const atEnd = (span: string) => `${span}.service = s.service
    AND ${span}.from_time < :to AND ${span}.to_time >= :to`;
  return query<ServiceLineage>(
    knex,
    `WITH ${scope.with}, ${scope.serviceRows()},
       owner AS MATERIALIZED (${heldBy('owner')})
     SELECT s.service, lineage.template, lineage.version, owner.holder AS team
     FROM scope_service AS s
     LEFT JOIN service_templates AS lineage ON ${atEnd('lineage')}
     LEFT JOIN owner ON ${atEnd('owner')}
     WHERE ${scope.services('s')}`,
    scope.bindings,
  );
}

function countDeployments(
  knex: Knex,
  scope: ScopeSql,
): Promise<DeploymentCount[]> {
  return query<DeploymentCount>(
    knex,
    `WITH ${scope.with}
     SELECT lineage.template, lineage.version, count(*)::int AS deployments
     FROM ${scope.units} LEFT JOIN service_templates AS lineage
       ON lineage.service = u.service AND u.finished_at >= lineage.from_time
       AND u.finished_at < lineage.to_time
     WHERE ${scope.place('u')} AND ${scope.services('u')}
       AND u.finished_at >= :from AND u.finished_at < :to
     GROUP BY lineage.template, lineage.version`,
    scope.bindings,
  );
}

/** Seconds that successful runs took, in order. */
export const durationsOf = (runs: readonly TemplateRun[]): number[] =>
  ascending(
    runs.flatMap(run => (run.status === 'success' ? run.seconds ?? [] : [])),
  );

/** Seconds to the first deployment, in order. */
export const timesToFirst = (births: readonly Birth[]): number[] =>
  ascending(births.flatMap(birth => birth.seconds ?? []));

interface Found {
  readonly runs: readonly TemplateRun[];
  readonly births: readonly Birth[];
  readonly services: readonly ServiceLineage[];
  readonly deployments: readonly DeploymentCount[];
}

const distinct = (names: ReadonlyArray<string | null>) =>
  new Set(names.filter(name => name !== null)).size;

const sum = (counts: readonly DeploymentCount[]) =>
  counts.reduce((total, { deployments }) => total + deployments, 0);

const ranFor = (runs: readonly TemplateRun[], status: TemplateRun['status']) =>
  runs.filter(run => run.status === status).length;

function statisticsOf(found: Found): TemplateStatistics {
  const { runs, births, services, deployments } = found;
  const succeeded = ranFor(runs, 'success');
  const failed = ranFor(runs, 'failure');
  return {
    runs: {
      count: runs.length,
      succeeded,
      failed,
      cancelled: ranFor(runs, 'cancelled'),
      running: ranFor(runs, 'running'),
    },
    successRate: estimateRatio({ hits: succeeded, of: succeeded + failed }),
    duration: estimateMedian(durationsOf(runs)),
    timeToFirstDeployment: {
      ...estimateMedian(timesToFirst(births)),
      waiting: births.filter(birth => birth.seconds === null).length,
    },
    services: services.length,
    teams: distinct(services.map(({ team }) => team)),
    deployments: sum(deployments),
  };
}

function only(found: Found, is: (lineage: Lineage) => boolean): Found {
  return {
    runs: found.runs.filter(is),
    births: found.births.filter(birth => is(birth.run)),
    services: found.services.filter(is),
    deployments: found.deployments.filter(is),
  };
}

const lineages = (found: Found): readonly Lineage[] => [
  ...found.runs,
  ...found.services,
  ...found.deployments,
];

function adoptionOf({ services, deployments }: Found): TemplateAdoption {
  const made = services.filter(({ template }) => template !== null);
  return {
    services: { with: made.length, of: services.length },
    teams: {
      with: distinct(made.map(({ team }) => team)),
      of: distinct(services.map(({ team }) => team)),
    },
    deployments: {
      with: sum(deployments.filter(({ template }) => template !== null)),
      of: sum(deployments),
    },
  };
}

/** Versions as people count them, the latest first; those without a name last. */
const byVersion = (a: string | null, b: string | null) =>
  a === null || b === null
    ? Number(a === null) - Number(b === null)
    : b.localeCompare(a, 'en', { numeric: true });

function templatesOf(found: Found): TemplatesAnswer['templates'] {
  const names = new Set(
    lineages(found).flatMap(({ template }) => template ?? []),
  );
  return [...names].sort(compareText).map(template => {
    const own = only(found, lineage => lineage.template === template);
    const versions = new Set(lineages(own).map(({ version }) => version));
    return {
      template,
      ...statisticsOf(own),
      versions: [...versions].sort(byVersion).map(version => ({
        version,
        ...statisticsOf(only(own, lineage => lineage.version === version)),
      })),
    };
  });
}

/** How templates are used, and what becomes of what they make. */
export async function answerTemplates(
  knex: Knex,
  asked: ResolvedQuestion,
  options: { readonly incidentSource: 'all' | null },
): Promise<TemplatesAnswer> {
  const scope = new ScopeSql(asked, options);
  const runs = await readRuns(knex, {
    from: asked.from,
    to: asked.to,
    visible: asked.question.visibleServices ?? null,
  });
  const found = {
    runs,
    births: await findBirths(knex, scope, runs),
    services: await findServices(knex, scope),
    deployments: await countDeployments(knex, scope),
  };
  const [visibility] = await new Statements(knex, scope).services();
  return {
    environment: asked.scope.environment,
    window: { from: formatInstant(asked.from), to: formatInstant(asked.to) },
    adoption: adoptionOf(found),
    templates: templatesOf(found),
    services: {
      visible: visibility?.visible ?? 0,
      of: visibility?.services ?? 0,
    },
    asOf: formatInstant(asked.now),
  };
}
