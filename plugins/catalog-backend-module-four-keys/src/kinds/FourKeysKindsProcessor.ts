import {
  entityKindSchemaValidator,
  getCompoundEntityRef,
  parseEntityRef,
  RELATION_API_PROVIDED_BY,
  RELATION_DEPENDENCY_OF,
  RELATION_DEPENDS_ON,
  RELATION_HAS_PART,
  RELATION_OWNED_BY,
  RELATION_OWNER_OF,
  RELATION_PART_OF,
  RELATION_PROVIDES_API,
  type Entity,
} from '@backstage/catalog-model';
import {
  processingResult,
  type CatalogProcessor,
  type CatalogProcessorEmit,
  type LocationSpec,
} from '@backstage/plugin-catalog-node';
import {
  dataSetSchema,
  KINDS_API_VERSION,
  mlModelSchema,
  type DataSetEntity,
  type MLModelEntity,
} from './schemas';

const validators = [
  entityKindSchemaValidator<MLModelEntity>(mlModelSchema),
  entityKindSchemaValidator<DataSetEntity>(dataSetSchema),
];

const RELATIONS = [
  ['owner', 'Group', RELATION_OWNED_BY, RELATION_OWNER_OF],
  ['system', 'System', RELATION_PART_OF, RELATION_HAS_PART],
  ['dependsOn', 'DataSet', RELATION_DEPENDS_ON, RELATION_DEPENDENCY_OF],
  ['providesApis', 'API', RELATION_PROVIDES_API, RELATION_API_PROVIDED_BY],
] as const;

const FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  MLModel: new Set(['owner', 'system', 'dependsOn', 'providesApis']),
  DataSet: new Set(['owner', 'system', 'dependsOn']),
};

/**
 * Takes the kinds `MLModel` and `DataSet` into the catalog, with the relations
 * that components have.
 */
export class FourKeysKindsProcessor implements CatalogProcessor {
  /** Operators name it in `catalog.processorOptions`, so it never changes. */
  getProcessorName(): string {
    return 'FourKeysKindsProcessor';
  }

  async validateEntityKind(entity: Entity): Promise<boolean> {
    return validators.some(validate => validate(entity) !== false);
  }

  async postProcessEntity(
    entity: Entity,
    _location: LocationSpec,
    emit: CatalogProcessorEmit,
  ): Promise<Entity> {
    if (entity.apiVersion !== KINDS_API_VERSION || !FIELDS[entity.kind]) {
      return entity;
    }
    const self = getCompoundEntityRef(entity);
    for (const [field, defaultKind, outgoing, incoming] of RELATIONS) {
      const value = FIELDS[entity.kind].has(field) ? entity.spec?.[field] : [];
      for (const ref of [value ?? []].flat()) {
        const target = parseEntityRef(String(ref), {
          defaultKind,
          defaultNamespace: self.namespace,
        });
        emit(
          processingResult.relation({ source: self, type: outgoing, target }),
        );
        emit(
          processingResult.relation({
            source: target,
            type: incoming,
            target: self,
          }),
        );
      }
    }
    return entity;
  }
}
