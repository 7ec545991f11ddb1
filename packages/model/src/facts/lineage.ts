import type { ContractEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { sorted } from '../order';
import { compareEvents, ofKind } from './events';

/** What a service is made from. `version` null: nobody said. @public */
export interface Template {
  readonly id: string;
  readonly version: string | null;
}

interface Naming extends Template {
  readonly time: number;
}

/** The template of a service in time. @public */
export class Lineage {
  readonly #namings: readonly Naming[];

  /**
   * "Its `scaffold.completed` (`status: success`) or change event that names
   * one".
   *
   * @param events - all events of the service
   */
  constructor(events: readonly ContractEvent[]) {
    const naming = ofKind(
      events,
      'scaffold.completed',
      'change.created',
      'change.merged',
    ).filter(
      event =>
        event.kind !== 'scaffold.completed' || event.data.status === 'success',
    );
    this.#namings = sorted(naming, compareEvents).flatMap(({ data, time }) =>
      data.template_id === undefined
        ? []
        : [
            {
              id: data.template_id,
              version: data.template_version ?? null,
              time,
            },
          ],
    );
  }

  /**
   * "The template of a service at a time is that of its latest [naming], up to
   * that time (before the first: the first); the template version is the
   * latest given together with that template up to then."
   */
  at(time: number): Template | undefined {
    const sofar = this.#namings.filter(naming => naming.time <= time);
    const known = sofar.length > 0 ? sofar : this.#namings.slice(0, 1);
    const id = known[known.length - 1]?.id;
    if (id === undefined) {
      return undefined;
    }
    const versions = known.flatMap(naming =>
      naming.id === id && naming.version !== null ? [naming.version] : [],
    );
    return { id, version: versions[versions.length - 1] ?? null };
  }
}
