import {
  DEFAULT_NAMESPACE,
  parseEntityRef,
  stringifyEntityRef,
  type Entity,
} from '@backstage/catalog-model';
import {
  ANNOTATION_INCIDENTS,
  ANNOTATION_OWNER,
  ANNOTATION_RISK,
  ANNOTATION_SERVICE_ID,
  ANNOTATION_SLO,
} from '@four-keys/backstage-plugin-four-keys-common';

/** What the catalog knows about a service. Holders are entity refs. */
export interface CatalogService {
  readonly entityRef: string;
  readonly kind: string;
  readonly title: string;
  readonly owner: string | null;
  readonly system: string | null;
  readonly domain: string | null;
  readonly risk: string | null;
  readonly slo: string | null;
  /** The entity carries an annotation of an incident tool. */
  readonly incidentSource: boolean;
}

/** What an index reads of an entity; nothing else needs to be fetched. */
export const INDEXED_FIELDS = [
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.title',
  'metadata.annotations',
  'spec.owner',
  'spec.system',
  'spec.domain',
];

const INCIDENT_ANNOTATIONS = [
  ANNOTATION_INCIDENTS,
  'pagerduty.com/service-id',
  'pagerduty.com/integration-key',
  'opsgenie.com/component-selector',
];

const JIRA_ANNOTATION = 'jira/project-key';

const isKind = (entity: Entity, kind: string) =>
  entity.kind.toLowerCase() === kind;

/** A reference of an entity made whole; null: there is none, or it is no reference. */
export function refOf(
  value: unknown,
  entity: Entity,
  defaultKind: string,
): string | null {
  if (typeof value !== 'string' || value.trim() === '') {
    return null;
  }
  try {
    return stringifyEntityRef(
      parseEntityRef(value.trim(), {
        defaultKind,
        defaultNamespace: entity.metadata.namespace ?? DEFAULT_NAMESPACE,
      }),
    );
  } catch {
    // A reference that the catalog would not resolve either holds nothing.
    return null;
  }
}

function annotation(entity: Entity, name: string): string | null {
  return entity.metadata.annotations?.[name]?.trim() || null;
}

/** The domain of each system, by its reference. */
export function domainsBySystem(
  entities: readonly Entity[],
): ReadonlyMap<string, string | null> {
  return new Map(
    entities
      .filter(entity => isKind(entity, 'system'))
      .map(entity => [
        stringifyEntityRef(entity),
        refOf(entity.spec?.domain, entity, 'domain'),
      ]),
  );
}

/**
 * Finds the catalog entity of a service: the one with that service id, else
 * the one with that entity ref, else the one component with that name.
 */
export class CatalogIndex {
  static readonly empty = new CatalogIndex([], { jiraIncidents: false });

  readonly #byServiceId = new Map<string, CatalogService>();
  readonly #byRef = new Map<string, CatalogService>();
  /** Null: several components have the name. */
  readonly #byName = new Map<string, CatalogService | null>();
  readonly #ids = new Map<
    CatalogService,
    { name: string; id: string | null }
  >();

  constructor(
    entities: readonly Entity[],
    options: { readonly jiraIncidents: boolean },
  ) {
    const domains = domainsBySystem(entities);
    const incidentAnnotations = options.jiraIncidents
      ? [...INCIDENT_ANNOTATIONS, JIRA_ANNOTATION]
      : INCIDENT_ANNOTATIONS;
    // Sorted, so that of two entities that claim one id the same one wins everywhere.
    const sorted = entities
      .map(entity => ({ entity, ref: stringifyEntityRef(entity) }))
      .sort((a, b) => (a.ref < b.ref ? -1 : 1));
    for (const { entity, ref } of sorted) {
      const id = annotation(entity, ANNOTATION_SERVICE_ID);
      const isComponent = isKind(entity, 'component');
      if (!isComponent && id === null) {
        continue;
      }
      const system = refOf(entity.spec?.system, entity, 'system');
      const service: CatalogService = {
        entityRef: ref,
        kind: entity.kind.toLowerCase(),
        title: entity.metadata.title ?? entity.metadata.name,
        owner: refOf(
          entity.spec?.owner ?? annotation(entity, ANNOTATION_OWNER),
          entity,
          'group',
        ),
        system,
        domain:
          refOf(entity.spec?.domain, entity, 'domain') ??
          (system === null ? null : domains.get(system) ?? null),
        risk: annotation(entity, ANNOTATION_RISK),
        slo: annotation(entity, ANNOTATION_SLO),
        incidentSource: incidentAnnotations.some(
          name => annotation(entity, name) !== null,
        ),
      };
      const { name } = entity.metadata;
      this.#ids.set(service, { name, id });
      this.#byRef.set(ref, service);
      if (id !== null && !this.#byServiceId.has(id)) {
        this.#byServiceId.set(id, service);
      }
      if (isComponent) {
        this.#byName.set(name, this.#byName.has(name) ? null : service);
      }
    }
  }

  get size(): number {
    return this.#ids.size;
  }

  /** The entity under which a raw service id is shown; undefined: unregistered. */
  resolve(service: string): CatalogService | undefined {
    return (
      this.#byServiceId.get(service) ??
      this.#byRef.get(service.toLowerCase()) ??
      this.#byName.get(service) ??
      undefined
    );
  }

  /** Every entity with the service id that events are expected to carry. */
  *services(): Iterable<readonly [service: string, entity: CatalogService]> {
    for (const [entity, { name, id }] of this.#ids) {
      const service = [id, name, entity.entityRef].find(
        candidate => candidate !== null && this.resolve(candidate) === entity,
      );
      if (service) {
        yield [service, entity];
      }
    }
  }
}
