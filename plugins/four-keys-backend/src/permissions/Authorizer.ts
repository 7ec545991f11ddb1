import type {
  AuditorService,
  BackstageCredentials,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  AuthorizeResult,
  type BasicPermission,
  type ResourcePermission,
} from '@backstage/plugin-permission-common';
import { createConditionAuthorizer } from '@backstage/plugin-permission-node';
import type { Request } from 'express';
import type { Knex } from 'knex';
import { serviceResourceRef, type ServiceResource } from './rules';
import { readServiceResources } from './services';

/** Which services a caller may see; null: every one. */
export type VisibleServices = ReadonlySet<string> | null;

export interface AuthorizerOptions {
  readonly knex: Knex;
  readonly permissions: PermissionsService;
  readonly permissionsRegistry: PermissionsRegistryService;
  readonly auditor: AuditorService;
}

/** Who asks, and with which request. */
export interface Caller {
  readonly credentials: BackstageCredentials;
  readonly request: Request;
}

/** Asks the permission framework, and audits every denial with what was attempted. */
export class Authorizer {
  readonly #options: AuthorizerOptions;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** @throws NotAllowedError */
  async require(caller: Caller, permission: BasicPermission): Promise<void> {
    const [decision] = await this.#options.permissions.authorize(
      [{ permission }],
      { credentials: caller.credentials },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw await this.deny(caller, permission.name);
    }
  }

  /**
   * The services for which the caller has the permission.
   *
   * @throws NotAllowedError when the policy denies it for all of them.
   */
  async visibleServices(
    caller: Caller,
    permission: ResourcePermission,
  ): Promise<VisibleServices> {
    const isAllowed = await this.#decide(caller, permission);
    if (isAllowed === null) {
      return null;
    }
    const resources = await readServiceResources(this.#options.knex);
    return new Set(resources.filter(isAllowed).map(({ service }) => service));
  }

  /**
   * Whether the caller has the permission for a service or an entity, also for
   * one that is not stored.
   *
   * @throws NotAllowedError when the policy denies it for all of them.
   */
  async serviceFilter(
    caller: Caller,
    permission: ResourcePermission,
  ): Promise<(resource: ServiceResource) => boolean> {
    return (await this.#decide(caller, permission)) ?? (() => true);
  }

  /** Null: allowed whatever it is. */
  async #decide(
    caller: Caller,
    permission: ResourcePermission,
  ): Promise<((resource: ServiceResource) => boolean) | null> {
    const { permissions, permissionsRegistry } = this.#options;
    const [decision] = await permissions.authorizeConditional(
      [{ permission }],
      { credentials: caller.credentials },
    );
    if (decision.result === AuthorizeResult.ALLOW) {
      return null;
    }
    if (decision.result === AuthorizeResult.DENY) {
      throw await this.deny(caller, permission.name);
    }
    const isAllowed = createConditionAuthorizer<ServiceResource>(
      permissionsRegistry.getPermissionRuleset(serviceResourceRef),
    );
    return resource => isAllowed(decision, resource);
  }

  /** Audits a denial; the error to throw. */
  async deny(
    { request }: Caller,
    permission: string,
    detail: Record<string, string> = {},
  ): Promise<NotAllowedError> {
    const error = new NotAllowedError(
      `You lack the permission ${permission}${Object.values(detail)
        .map(value => ` for ${value}`)
        .join('')}; ask the owners of this portal for it`,
    );
    const event = await this.#options.auditor.createEvent({
      eventId: 'access-denied',
      severityLevel: 'medium',
      request,
      meta: {
        permission,
        action: `${request.method} ${request.path}`,
        ...detail,
      },
    });
    await event.fail({ error });
    return error;
  }
}
