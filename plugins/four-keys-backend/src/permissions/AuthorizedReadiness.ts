import { fourKeysMetricsReadPermission } from '@four-keys/backstage-plugin-four-keys-common';
import type {
  Readiness,
  ReadinessQuestion,
  ReadinessResult,
} from '../readiness';
import type { Authorizer, Caller } from './Authorizer';

/** Readiness as a caller may see it: of the entities that it may see metrics of. */
export class AuthorizedReadiness {
  readonly #options: {
    readonly readiness: Readiness;
    readonly authorizer: Authorizer;
  };

  constructor(options: {
    readonly readiness: Readiness;
    readonly authorizer: Authorizer;
  }) {
    this.#options = options;
  }

  /** @throws NotAllowedError when what is asked for is there, and nothing of it visible. */
  async read(
    caller: Caller,
    asked: Omit<ReadinessQuestion, 'isVisible'>,
  ): Promise<ReadinessResult> {
    const { readiness, authorizer } = this.#options;
    const isAllowed = await authorizer.serviceFilter(
      caller,
      fourKeysMetricsReadPermission,
    );
    const result = await readiness.read({
      ...asked,
      isVisible: ({ service, entityRef, owner, system, domain }) =>
        isAllowed({
          // Rules compare names; an entity that no event names has its reference.
          service: service ?? entityRef ?? '',
          entityRef,
          owner,
          system,
          domain,
        }),
    });
    const { visible, of } = result.answer.entities;
    if (asked.service !== undefined && of > 0 && visible === 0) {
      throw await authorizer.deny(caller, fourKeysMetricsReadPermission.name, {
        service: asked.service,
      });
    }
    return result;
  }
}
