import {
  createConditionExports,
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import { RESOURCE_TYPE_FOUR_KEYS_SERVICE } from '@four-keys/backstage-plugin-four-keys-common';
import { z } from 'zod/v4';

/** A service as permission rules see it; holders are those of today. */
export interface ServiceResource {
  readonly service: string;
  readonly entityRef: string | null;
  readonly owner: string | null;
  readonly system: string | null;
  readonly domain: string | null;
}

/** Any of the values, in any of the fields. */
export type ServiceFilter = {
  readonly [field in keyof ServiceResource]?: readonly string[];
};

/** Whether one of the filter's values is the service's. */
export function matchesFilter(
  resource: ServiceResource,
  filter: ServiceFilter,
): boolean {
  return (Object.keys(filter) as Array<keyof ServiceResource>).some(field => {
    const value = resource[field];
    return value !== null && (filter[field]?.includes(value) ?? false);
  });
}

/** The resource that the conditional permissions are about. */
export const serviceResourceRef = createPermissionResourceRef<
  ServiceResource,
  ServiceFilter
>().with({
  pluginId: 'four-keys',
  resourceType: RESOURCE_TYPE_FOUR_KEYS_SERVICE,
});

const lowerCase = (refs: readonly string[] | undefined) =>
  refs?.map(ref => ref.toLowerCase());

const ownedBy = ({ claims }: { claims: string[] }): ServiceFilter => ({
  owner: lowerCase(claims),
});

const inScope = (params: {
  owners?: string[];
  systems?: string[];
  domains?: string[];
  services?: string[];
}): ServiceFilter => ({
  owner: lowerCase(params.owners),
  system: lowerCase(params.systems),
  domain: lowerCase(params.domains),
  service: params.services,
  entityRef: lowerCase(params.services),
});

const refs = (what: string) => z.array(z.string()).describe(what);

/** Services whose owner is among the claims. */
export const isServiceOwner = createPermissionRule({
  name: 'IS_SERVICE_OWNER',
  description: 'Allow services that are owned by one of the claims',
  resourceRef: serviceResourceRef,
  paramsSchema: z.object({
    claims: refs('Entity refs of users and groups that may own the service'),
  }),
  apply: (resource, params) => matchesFilter(resource, ownedBy(params)),
  toQuery: ownedBy,
});

/** Services of certain teams, systems or domains, or certain services. */
export const isInScope = createPermissionRule({
  name: 'IS_IN_SCOPE',
  description:
    'Allow services that one of the owners, systems or domains holds, or that are named',
  resourceRef: serviceResourceRef,
  paramsSchema: z.object({
    owners: refs('Entity refs of owners').optional(),
    systems: refs('Entity refs of systems').optional(),
    domains: refs('Entity refs of domains').optional(),
    services: refs('Service ids or entity refs').optional(),
  }),
  apply: (resource, params) => matchesFilter(resource, inScope(params)),
  toQuery: inScope,
});

export const serviceRules = [isServiceOwner, isInScope];

const exported = createConditionExports({
  resourceRef: serviceResourceRef,
  rules: { isServiceOwner, isInScope },
});

/**
 * Conditions for permission policies, such as
 * `fourKeysConditions.isServiceOwner({ claims })`.
 *
 * @public
 */
export const fourKeysConditions = exported.conditions;

/**
 * Wraps conditions into the decision that a permission policy returns.
 *
 * @public
 */
export const createFourKeysConditionalDecision =
  exported.createConditionalDecision;
