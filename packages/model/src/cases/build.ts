import type { ComputeInput } from '../input';

type Data = Record<string, unknown>;

/** A query of a case; the window defaults to June 2026 of service `api`. */
type Query = ComputeInput['queries'][number];

/**
 * A named history with what the answers must be, as data, so that every
 * implementation can run the very same case.
 *
 * @public
 */
export interface NamedCase {
  /** Begins with `case NN:` where section 6 lists it, else with `rule:`. */
  readonly name: string;
  readonly input: ComputeInput;
  /** Other inputs that must give the very same answers. */
  readonly sameAs?: readonly ComputeInput[];
  /** What must stand at a path of the answers, such as `0.metrics.leadTime.p50`. */
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Reads `0.metrics.leadTime.p50` from the answers of a case. @public */
export function readPath(answers: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? Reflect.get(value, key)
          : undefined,
      answers,
    );
}

/** June 2026 as the day, the time, or both: `7`, `7 12:00`, `05-30 09:00:01`. */
export function at(text: string): string {
  const [, date, time] = /^(\S+)(?: (\S+))?$/.exec(text)!;
  const day = date.includes('-') ? date : `06-${date.padStart(2, '0')}`;
  const clock = (time ?? '00:00').padEnd(8, ':00');
  return `${day.length > 5 ? day : `2026-${day}`}T${clock}Z`;
}

/** An event of service `api`, with an id of its own. */
export function event(type: string, time: string, data: Data): Data {
  return {
    specversion: '1.0',
    id: `${type} ${time} ${JSON.stringify(data)}`,
    source: 'test',
    type: `dev.fourkeys.${type}`,
    time: at(time),
    data: { service_id: 'api', ...data },
  };
}

/** A deployment of `api` to `prod` that succeeded. */
export const deployed = (time: string, id: string, data: Data = {}) =>
  event('deploy.completed', time, {
    environment: 'prod',
    deployment_id: id,
    status: 'success',
    ...data,
  });

/** A commit that landed on `main`, committed when it landed. */
export const committed = (time: string, sha: string, data: Data = {}) =>
  event('change.created', time, {
    commit_sha: sha,
    branch: 'main',
    committed_at: at(time),
    ...data,
  });

/** A pull request that was merged into `main`. */
export const merged = (time: string, sha: string, data: Data = {}) =>
  event('change.merged', time, { commit_sha: sha, branch: 'main', ...data });

/** What happened to an incident of `api`. */
export const incident = (
  verb: 'opened' | 'resolved' | 'reopened' | 'linked',
  time: string,
  id: string,
  data: Data = {},
) => event(`incident.${verb}`, time, { incident_id: id, ...data });

/** June 2026 of service `api`, unless said otherwise. */
export const june = (query: Partial<Query> = {}): Query => ({
  ...(['team', 'system', 'domain', 'template'].some(scope => scope in query)
    ? {}
    : { service: 'api' }),
  from: at('1'),
  to: at('07-01'),
  ...query,
});

/** An input asked on 20 July 2026, unless said otherwise. */
export const history = (
  events: readonly unknown[],
  rest: Partial<Omit<ComputeInput, 'events'>> = {},
): ComputeInput => ({
  now: at('07-20'),
  events: [...events],
  queries: [june()],
  ...rest,
});
