import {
  ANNOTATION_COMPLIANCE_LEVEL,
  ANNOTATION_DEPLOY_TYPE,
  ANNOTATION_ENVIRONMENTS,
  ANNOTATION_INCIDENTS,
  ANNOTATION_PATHS,
  ANNOTATION_RISK,
  ANNOTATION_RUNTIME,
  ANNOTATION_SCHEMA,
  ANNOTATION_SCHEMA_VERSION,
  ANNOTATION_SERVICE_ID,
  ANNOTATION_TELEMETRY_KEY,
  ANNOTATION_TEMPLATE,
} from '@four-keys/backstage-plugin-four-keys-common';
import { stringify } from 'yaml';
import {
  COMPANY,
  DOMAINS,
  SERVICES,
  SYSTEMS,
  TEAMS,
  type ServiceDescription,
} from './organisation';

const HEADER = `# The simulated organisation. Written by
#   npx four-keys simulate --catalog examples/organisation.yaml
# so change the simulation, not this file.
`;

/** An entity as a catalog file holds it. */
export interface CatalogEntity {
  readonly apiVersion: 'backstage.io/v1alpha1';
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly title: string;
    readonly description?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

const entity = (
  kind: string,
  metadata: CatalogEntity['metadata'],
  spec: CatalogEntity['spec'],
): CatalogEntity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata,
  spec,
});

function annotationsOf(service: ServiceDescription): Record<string, string> {
  const { name, template, incidents, repository, type } = service;
  return {
    [ANNOTATION_SCHEMA]: ANNOTATION_SCHEMA_VERSION,
    [ANNOTATION_SERVICE_ID]: name,
    [ANNOTATION_RUNTIME]: service.runtime,
    [ANNOTATION_DEPLOY_TYPE]:
      service.habit === 'fortnightly' ? 'vm' : 'kubernetes',
    [ANNOTATION_COMPLIANCE_LEVEL]: service.compliance,
    [ANNOTATION_TELEMETRY_KEY]: `${COMPANY}/${service.system}`,
    [ANNOTATION_RISK]: service.risk,
    [ANNOTATION_ENVIRONMENTS]:
      service.habit === 'regions'
        ? 'staging,production-eu,production-us'
        : 'staging,production',
    ...(incidents ? { [ANNOTATION_INCIDENTS]: incidents } : {}),
    ...(template
      ? { [ANNOTATION_TEMPLATE]: `${template.id}@${template.version}` }
      : {}),
    ...(repository
      ? { [ANNOTATION_PATHS]: `${type === 'website' ? 'web' : 'api'}/**` }
      : {}),
  };
}

/** The catalog of the simulated organisation, whoever is not registered left out. */
export function organisationEntities(): CatalogEntity[] {
  return [
    ...TEAMS.map(({ name, title }) =>
      entity('Group', { name, title }, { type: 'team', children: [] }),
    ),
    ...DOMAINS.map(({ name, title, owner }) =>
      entity('Domain', { name, title }, { owner }),
    ),
    ...SYSTEMS.map(({ name, title, owner, domain }) =>
      entity('System', { name, title }, { owner, domain }),
    ),
    ...SERVICES.filter(({ registered }) => registered).map(service =>
      entity(
        'Component',
        {
          name: service.name,
          title: service.title,
          description: service.description,
          annotations: annotationsOf(service),
        },
        {
          type: service.type,
          lifecycle: 'production',
          owner: service.team,
          system: service.system,
        },
      ),
    ),
  ];
}

/** The same as the text of a catalog file. */
export function organisationYaml(): string {
  return (
    HEADER +
    organisationEntities()
      .map(one => stringify(one, { lineWidth: 0 }))
      .join('---\n')
  );
}
