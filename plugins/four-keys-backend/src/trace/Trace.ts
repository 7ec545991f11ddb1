import type { TraceAnswer } from '@four-keys/backstage-plugin-four-keys-common';
import type { Knex } from 'knex';
import { oldestKeptMonth } from '../database';
import { pageOf } from '../paging';
import { readStory, type Story } from './readStory';
import { readEntityRefs } from './statements';
import { text, type Fields, type SortedStep } from './step';
import { tell } from './tell';

/** What is asked about one correlation id. */
export interface TraceQuestion {
  readonly correlationId: string;
  /** Services that the caller may see; null: every one. */
  readonly visibleServices: ReadonlySet<string> | null;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The template that most of the story's earliest events name. */
function lineageOf({ carriers }: Story) {
  const named = carriers
    .map(({ data }) => data as Fields)
    .filter(data => text(data.template_id) !== null);
  const whole = named.find(data => text(data.template_version) !== null);
  const { template_id: id, template_version: version } =
    whole ?? named[0] ?? {};
  return { template: text(id), templateVersion: text(version) };
}

const explain = (since: string | null) =>
  `Told from facts, which are kept for good. ${
    since === null
      ? 'No raw events are kept.'
      : `Raw events that were received before ${since.slice(
          0,
          10,
        )} are dropped, the steps that they told of are here all the same.`
  }`;

/** Tells what happened under a correlation id, from the facts. */
export class Trace {
  readonly #knex: Knex;

  constructor(options: { readonly knex: Knex }) {
    this.#knex = options.knex;
  }

  /**
   * One page of a story. Steps of services that the caller may not see are left
   * out, and those without a service where it may see none of the others.
   *
   * @returns undefined when no event carries the id.
   * @throws InputError when the cursor is none of ours.
   */
  async read(question: TraceQuestion): Promise<TraceAnswer | undefined> {
    const { correlationId, visibleServices, limit, cursor } = question;
    const story = await readStory(this.#knex, correlationId);
    if (!story) {
      return undefined;
    }
    const told = tell(correlationId, story);
    const services = [
      ...new Set(told.flatMap(({ step }) => step.service ?? [])),
    ].sort();
    const visible = services.filter(
      service => visibleServices?.has(service) ?? true,
    );
    const isShown = ({ step }: SortedStep) =>
      step.service === null
        ? visibleServices === null || visible.length > 0
        : visible.includes(step.service);
    const { rows: shown, nextCursor } = pageOf(told.filter(isShown), {
      keyOf: ({ at, key }) => [at, key],
      limit,
      cursor,
    });
    const [refs, rawEventsSince] = await Promise.all([
      readEntityRefs(this.#knex, visible),
      oldestKeptMonth(this.#knex),
    ]);
    return {
      correlationId,
      ...lineageOf(story),
      serviceIds: visible,
      services: { visible: visible.length, of: services.length },
      steps: shown.map(({ step }) => ({
        ...step,
        entityRef: (step.service && refs.get(step.service)) ?? null,
      })),
      nextCursor,
      truncated: story.truncated,
      basis: {
        from: 'facts',
        rawEventsSince,
        explanation: explain(rawEventsSince),
      },
    };
  }
}
