import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  AuthorizeResult,
  isPermission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
} from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import {
  createFourKeysConditionalDecision,
  fourKeysConditions,
} from '@four-keys/backstage-plugin-four-keys-backend';
import {
  fourKeysEvidenceReadPermission,
  fourKeysMetricsReadPermission,
  fourKeysPermissions,
} from '@four-keys/backstage-plugin-four-keys-common';

const ALLOW = { result: AuthorizeResult.ALLOW } as const;
const DENY = { result: AuthorizeResult.DENY } as const;

/**
 * Everybody may do everything; with `example.viewerOf`, a team, everybody sees
 * the metrics and rows of that team's services and changes nothing.
 */
class ExamplePolicy implements PermissionPolicy {
  readonly #viewerOf: string | undefined;

  constructor(viewerOf: string | undefined) {
    this.#viewerOf = viewerOf;
  }

  async handle({ permission }: PolicyQuery): Promise<PolicyDecision> {
    if (this.#viewerOf === undefined) {
      return ALLOW;
    }
    const conditions = fourKeysConditions.isServiceOwner({
      claims: [this.#viewerOf],
    });
    if (
      isPermission(permission, fourKeysMetricsReadPermission) ||
      isPermission(permission, fourKeysEvidenceReadPermission)
    ) {
      return createFourKeysConditionalDecision(permission, conditions);
    }
    return fourKeysPermissions.some(({ name }) => name === permission.name)
      ? DENY
      : ALLOW;
  }
}

/** Who may do what in the example. */
export default createBackendModule({
  pluginId: 'permission',
  moduleId: 'example-policy',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        policy: policyExtensionPoint,
      },
      async init({ config, policy }) {
        policy.setPolicy(
          new ExamplePolicy(config.getOptionalString('example.viewerOf')),
        );
      },
    });
  },
});
