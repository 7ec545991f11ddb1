import type { MetricsScope } from '@four-keys/backstage-plugin-four-keys-common';
import type { Transport } from '@four-keys/backstage-plugin-four-keys-node';
import type { Knex } from 'knex';
import { COLLECTOR_GROUP } from '../collector';
import type { ResolvedScope, VisibleServices } from '../permissions';
import { nearNames } from '../nearNames';
import { Problem } from './problems';
import { EVERY_ENVIRONMENT } from './query';

const HOLDERS = { team: 'owner', system: 'system', domain: 'domain' } as const;

interface FoundService {
  /** As events name it. */
  readonly service: string;
  /** The entity under which it is shown, or the service id of an unregistered one. */
  readonly shown: string;
}

/** The service of a service id or entity ref; undefined: neither is known. */
export async function findService(
  knex: Knex,
  name: string,
): Promise<FoundService | undefined> {
  const row = await knex('service_entities')
    .where({ service: name })
    .orWhere({ entity_ref: name.toLowerCase() })
    // The raw id before the entity, an entity that is there before one that was.
    .orderByRaw('service = ? DESC, removed_at IS NOT NULL, service', [name])
    .first<
      | { service: string; entity_ref: string | null; removed_at: Date | null }
      | undefined
    >('service', 'entity_ref', 'removed_at');
  if (!row) {
    return undefined;
  }
  const entityRef = row.removed_at === null ? row.entity_ref : null;
  return { service: row.service, shown: entityRef ?? row.service };
}

/** Whether anybody of a list ever held a service. */
async function isKnown(
  knex: Knex,
  dimension: 'team' | 'system' | 'domain',
  ref: string,
): Promise<boolean> {
  const row = await knex('service_holders')
    .where({ dimension: HOLDERS[dimension] })
    .whereIn('holder', ref.split(','))
    .first('service');
  return row !== undefined;
}

async function knownNames(
  knex: Knex,
  dimension: 'service' | 'team' | 'system' | 'domain',
  visible: VisibleServices,
): Promise<string[]> {
  const isVisible = ({ service }: { service: string }) =>
    visible === null || visible.has(service);
  if (dimension === 'service') {
    const rows = await knex('service_entities').select<
      Array<{ service: string; entity_ref: string | null }>
    >('service', 'entity_ref');
    return rows
      .filter(isVisible)
      .flatMap(row => [row.service, row.entity_ref ?? row.service]);
  }
  const rows = await knex('service_holders')
    .where({ dimension: HOLDERS[dimension] })
    .whereNotNull('holder')
    .select<Array<{ service: string; holder: string }>>('service', 'holder');
  return rows.filter(isVisible).map(row => row.holder);
}

async function knownTemplates(knex: Knex): Promise<string[]> {
  const rows = await knex('service_templates').distinct<
    Array<{ template: string }>
  >('template');
  return rows.map(({ template }) => template);
}

interface ScopeOptions {
  readonly knex: Knex;
  readonly visible: VisibleServices;
  /** Events that are accepted and not yet stored. */
  readonly lag: () => Promise<number>;
}

/** Finds what the scope of a question names. */
export function createScopeResolver(options: {
  readonly knex: Knex;
  readonly transport: Transport;
}): (scope: MetricsScope, visible: VisibleServices) => Promise<ResolvedScope> {
  const { knex, transport } = options;
  const lag = () => transport.lag(COLLECTOR_GROUP);
  return async (asked, visible) => {
    const found = await resolveScope(asked, { knex, visible, lag });
    if (asked.environment !== EVERY_ENVIRONMENT) {
      return found;
    }
    const { environment, ...scope } = found.scope;
    return { ...found, scope };
  };
}

/** @throws Problem `unknown_scope`, with names that were perhaps meant. */
async function resolveScope(
  scope: MetricsScope,
  options: ScopeOptions,
): Promise<ResolvedScope> {
  const { knex, visible } = options;
  for (const dimension of ['team', 'system', 'domain'] as const) {
    const ref = scope[dimension];
    if (ref !== undefined && !(await isKnown(knex, dimension, ref))) {
      throw await unknown(dimension, ref, options, () =>
        knownNames(knex, dimension, visible),
      );
    }
  }
  if (scope.template !== undefined) {
    const templates = await knownTemplates(knex);
    if (!templates.includes(scope.template)) {
      throw await unknown('template', scope.template, options, async () =>
        visible === null ? templates : [],
      );
    }
  }
  if (scope.service === undefined) {
    return { scope, shownScope: scope };
  }
  const found = await findService(knex, scope.service);
  if (found === undefined) {
    throw await unknown('service', scope.service, options, () =>
      knownNames(knex, 'service', visible),
    );
  }
  return {
    scope: { ...scope, service: found.service },
    shownScope: { ...scope, service: found.shown },
  };
}

async function unknown(
  dimension: string,
  name: string,
  options: ScopeOptions,
  known: () => Promise<string[]>,
): Promise<Problem> {
  const near = nearNames(name, new Set(await known()));
  const waiting = await options.lag().catch(() => 0);
  const sentences = [
    `There is no ${dimension} ${JSON.stringify(
      name,
    )}: no event and no catalog entity names it`,
    near.length > 0 ? `did you mean ${near.join(', ')}?` : undefined,
    waiting > 0
      ? `${waiting} accepted events are not stored yet, ask again in a moment`
      : undefined,
  ];
  return new Problem(
    'unknown_scope',
    sentences.filter(sentence => sentence !== undefined).join('; '),
  );
}
