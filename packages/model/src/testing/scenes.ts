import fc from 'fast-check';
import type { EventDraft } from './events';
import { ascendingInstantsArbitrary } from './grid';
import {
  BRANCHES,
  DEPLOYMENTS,
  INCIDENTS,
  RELEASES,
  SERVICES,
  SHAS,
} from './pools';

type Scene = fc.Arbitrary<EventDraft[]>;

const from = <T>(pool: readonly T[]) => fc.constantFrom(...pool);

const service_id = from(SERVICES.slice(0, 2));

const scene = <Parts>(
  instants: number,
  parts: fc.Arbitrary<Parts>,
  play: (
    parts: Parts,
    times: readonly string[],
  ) => ReadonlyArray<Omit<EventDraft, 'source'>>,
): Scene =>
  fc
    .tuple(parts, ascendingInstantsArbitrary(instants))
    .map(([chosen, times]) =>
      play(chosen, times).map(event => ({ source: 'ci', ...event })),
    );

const deploy = (time: string, data: Record<string, unknown>) => ({
  kind: 'deploy.completed',
  time,
  data: { status: 'success', environment: 'prod-eu', ...data },
});

const merge = (time: string, data: Record<string, unknown>) => ({
  kind: 'change.merged',
  time,
  data,
});

/** A change lands in the very instant in which a deployment finishes. */
const landsAtTheFinish = scene(
  2,
  fc.record({ service_id, commit_sha: from(SHAS), other: from(SHAS) }),
  ({ other, ...ids }, [before, finish]) => [
    merge(before, { ...ids, commit_sha: other, branch: 'main' }),
    merge(finish, { ...ids, branch: 'main' }),
    deploy(before, { ...ids, deployment_id: 'd1', commit_sha: other }),
    deploy(finish, { ...ids, deployment_id: 'd2' }),
  ],
);

/** A remedy names an id that two regions of a tier, or two services, have. */
const remediesAnIdThatOccursTwice = scene(
  3,
  fc.record({
    service_id,
    second: fc.constantFrom(
      { environment: 'prod-us' },
      { environment: 'prod-us', status: 'failure' },
      { service_id: 'web' },
    ),
    id: from(DEPLOYMENTS),
  }),
  ({ service_id: service, second, id }, [first, next, last]) => [
    deploy(first, { service_id: service, deployment_id: id }),
    deploy(next, { service_id: service, deployment_id: id, ...second }),
    deploy(last, {
      service_id: service,
      deployment_id: 'remedy',
      remediates: id,
    }),
  ],
);

/** One landing names its branch, another of the same instant does not. */
const branchesNamedAndNot = scene(
  2,
  fc.record({
    service_id,
    shas: fc.tuple(from(SHAS), from(SHAS)),
    branch: from(BRANCHES),
  }),
  ({ service_id: service, shas, branch }, [landed, finish]) => [
    merge(landed, { service_id: service, commit_sha: shas[0], branch }),
    merge(landed, { service_id: service, commit_sha: shas[1] }),
    deploy(finish, {
      service_id: service,
      deployment_id: 'd3',
      commit_sha: shas[0],
    }),
  ],
);

/** A deployment names a short sha that two commits begin with. */
const shortShaOfTwo = scene(
  3,
  fc.record({
    service_id,
    owners: fc.tuple(service_id, service_id),
    isCause: fc.boolean(),
  }),
  ({ service_id: service, owners, isCause }, [first, next, last]) => [
    merge(first, { service_id: owners[0], commit_sha: SHAS[0] }),
    merge(next, { service_id: owners[1], commit_sha: SHAS[1] }),
    deploy(last, {
      service_id: service,
      deployment_id: 'd5',
      commit_sha: isCause ? SHAS[1] : 'aaaaaaa',
    }),
    ...(isCause
      ? [
          {
            kind: 'incident.opened',
            time: last,
            data: {
              service_id: service,
              incident_id: 'i2',
              cause: { commit_sha: 'aaaaaaa' },
            },
          },
        ]
      : []),
  ],
);

/** Back to an earlier release under its own id, and forth again. */
const releaseIdsComeBack = scene(
  4,
  fc.record({
    service_id,
    shas: fc.tuple(from(SHAS), from(SHAS)),
    ids: fc.constantFrom(
      [0, 1, 0, 1],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [1, 0, 1, 1],
    ),
    back: fc.constantFrom<Record<string, unknown>>({}, { kind: 'rollback' }),
  }),
  ({ service_id: service, shas, ids, back }, times) =>
    times.map((time, index) =>
      deploy(time, {
        service_id: service,
        deployment_id: `release-${index}`,
        release_id: RELEASES[ids[index]],
        commit_sha: shas[ids[index]],
        ...(index === 2 ? back : {}),
      }),
    ),
);

/** An incident is resolved before, or in the instant in which, it opens. */
const resolvesBeforeItOpens = scene(
  3,
  fc.record({
    service_id,
    incident_id: from(INCIDENTS),
    order: fc.constantFrom([0, 1, 2], [0, 1, 1], [0, 2, 1], [1, 1, 0]),
    deployment_id: from(DEPLOYMENTS),
  }),
  ({ order, deployment_id, ...ids }, times) => [
    deploy(times[0], { service_id: ids.service_id, deployment_id }),
    { kind: 'incident.resolved', time: times[order[1]], data: ids },
    {
      kind: 'incident.opened',
      time: times[order[2]],
      data: { ...ids, cause: { deployment_id } },
    },
    ...(order[0] === 1
      ? [{ kind: 'incident.reopened', time: times[2], data: ids }]
      : []),
  ],
);

/** A few events that belong together in a way that chance alone seldom finds. */
export const sceneArbitrary: Scene = fc.oneof(
  landsAtTheFinish,
  remediesAnIdThatOccursTwice,
  branchesNamedAndNot,
  shortShaOfTwo,
  releaseIdsComeBack,
  resolvesBeforeItOpens,
);
