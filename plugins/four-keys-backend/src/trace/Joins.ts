import type {
  TraceJoin,
  TraceStep,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Story } from './readStory';
import type { Fields } from './step';

/** How steps of a story joined it. */
export class Joins {
  readonly #correlationId: string;
  readonly #carried: ReadonlySet<string>;

  constructor(correlationId: string, story: Story) {
    this.#correlationId = correlationId;
    this.#carried = new Set(
      story.carriers.flatMap(({ kind, service, data }) => {
        const { commit_sha: sha, commits, ...ids } = data as Fields;
        const listed = ((commits ?? []) as Fields[]).map(one => one.sha);
        const isChange = kind.startsWith('change.');
        const isBuild = kind.startsWith('build.');
        return [
          ...[sha, ...listed].flatMap(one => [
            ['commit', one],
            ['change', isChange ? one : undefined],
          ]),
          ['run', ids.pipeline_run_id],
          ['build', isBuild ? ids.pipeline_run_id : undefined],
          ['incident', ids.incident_id],
        ]
          .filter(([, value]) => value !== undefined)
          .map(([what, value]) => JSON.stringify([service, what, value]));
      }),
    );
  }

  /**
   * Whether an event with the correlation id names a commit, run or incident,
   * or is about a change or build itself.
   */
  carried(
    service: string | null,
    what: 'commit' | 'change' | 'run' | 'build' | 'incident',
    value: string,
  ): boolean {
    return this.#carried.has(JSON.stringify([service, what, value]));
  }

  byCorrelation(): TraceStep['joinedBy'] {
    return this.by('correlation_id', this.#correlationId);
  }

  by(method: TraceJoin, value: string): TraceStep['joinedBy'] {
    return { method, value, link: null };
  }
}
