import {
  fourKeysEvidenceReadPermission,
  type TraceAnswer,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Trace, TraceQuestion } from '../trace';
import type { Authorizer, Caller } from './Authorizer';

/** Stories as a caller may see them: the steps of its services. */
export class AuthorizedTrace {
  readonly #options: {
    readonly trace: Trace;
    readonly authorizer: Authorizer;
  };

  constructor(options: {
    readonly trace: Trace;
    readonly authorizer: Authorizer;
  }) {
    this.#options = options;
  }

  /**
   * @returns undefined when no event carries the id.
   * @throws NotAllowedError when none of the story's services is visible.
   */
  async read(
    caller: Caller,
    asked: Omit<TraceQuestion, 'visibleServices'>,
  ): Promise<TraceAnswer | undefined> {
    const { trace, authorizer } = this.#options;
    const visibleServices = await authorizer.visibleServices(
      caller,
      fourKeysEvidenceReadPermission,
    );
    const answer = await trace.read({ ...asked, visibleServices });
    if (answer && visibleServices !== null && answer.services.visible === 0) {
      throw await authorizer.deny(caller, fourKeysEvidenceReadPermission.name, {
        correlationId: asked.correlationId,
      });
    }
    return answer;
  }
}
