import type { Claim } from '../facts';
import { Changes } from './changes';
import { BranchLandings, deriveContents } from './contents';
import {
  buildDeployments,
  isSuccess,
  type Deployment,
  type Success,
} from './deployments';
import { append, compareEvents, compareFinished } from './order';
import type { Place, Tiers } from './settings';
import { Shas } from './shas';

/** The deployments that a change belongs to, one a stream. */
type Owners = ReadonlyMap<string, readonly Success[]>;

/** The successes of a service in one place, in order, ready to be searched. */
export class PlaceIndex {
  readonly successes: readonly Success[];
  readonly #ownersOf: Owners;
  readonly #byId = new Map<string, Success[]>();
  readonly #bySha = new Map<string, Success[]>();
  readonly #byCorrelation = new Map<string, Success[]>();
  readonly #members: ReadonlySet<Success>;

  constructor(successes: Success[], ownersOf: Owners) {
    this.successes = successes.sort(compareFinished);
    this.#ownersOf = ownersOf;
    this.#members = new Set(successes);
    for (const success of successes) {
      append(this.#byId, success.id, success);
      if (success.commitSha !== undefined) {
        append(this.#bySha, success.commitSha, success);
      }
      if (success.correlationId !== undefined) {
        append(this.#byCorrelation, success.correlationId, success);
      }
    }
  }

  withId(id: string): readonly Success[] {
    return this.#byId.get(id) ?? [];
  }

  ofSha(sha: string): readonly Success[] {
    return this.#bySha.get(sha) ?? [];
  }

  carrying(correlationId: string): readonly Success[] {
    return this.#byCorrelation.get(correlationId) ?? [];
  }

  /** The first deployment here that one of these changes belongs to. */
  firstOwner(shas: Iterable<string>): Success | undefined {
    let first: Success | undefined;
    for (const sha of shas) {
      for (const owner of this.#ownersOf.get(sha) ?? []) {
        if (
          this.#members.has(owner) &&
          (!first || compareFinished(owner, first) < 0)
        ) {
          first = owner;
        }
      }
    }
    return first;
  }
}

/**
 * What a service deployed and what was in it: everything that can be said
 * before incidents come in.
 */
export class DeployedService {
  readonly deployments: readonly Deployment[];
  /** By environment, each in order. */
  readonly streams: ReadonlyMap<string, readonly Success[]>;
  readonly changes: Changes;
  readonly contentsKnown: ReadonlySet<Success>;
  /** The deployments that a change belongs to, one a stream. */
  readonly ownersOf: Owners;
  readonly #shas: Shas;
  readonly #indexes = new Map<string, PlaceIndex>();

  private constructor(parts: {
    deployments: readonly Deployment[];
    streams: ReadonlyMap<string, readonly Success[]>;
    changes: Changes;
    contentsKnown: ReadonlySet<Success>;
    ownersOf: Owners;
    shas: Shas;
  }) {
    this.deployments = parts.deployments;
    this.streams = parts.streams;
    this.changes = parts.changes;
    this.contentsKnown = parts.contentsKnown;
    this.ownersOf = parts.ownersOf;
    this.#shas = parts.shas;
  }

  static create(
    service: string,
    claims: readonly Claim[],
    tiers: Tiers,
  ): DeployedService {
    const sorted = [...claims].sort(compareEvents);
    const shas = Shas.create(sorted);
    const changes = new Changes(sorted, shas);
    const deployments = buildDeployments(service, sorted, tiers, shas);
    const streams = new Map<string, Success[]>();
    for (const deployment of deployments.filter(isSuccess)) {
      append(streams, deployment.environment, deployment);
    }
    const branches = new BranchLandings(changes.landings);
    const contentsKnown = new Set<Success>();
    const ownersOf = new Map<string, Success[]>();
    for (const stream of streams.values()) {
      stream.sort(compareFinished);
      const contents = deriveContents(stream, changes, branches);
      contents.known.forEach(deployment => contentsKnown.add(deployment));
      contents.owner.forEach((owner, sha) => append(ownersOf, sha, owner));
    }
    return new DeployedService({
      deployments,
      streams,
      changes,
      contentsKnown,
      ownersOf,
      shas,
    });
  }

  wholeSha(sha: string): string {
    return this.#shas.whole(sha);
  }

  /** The successes in a tier or environment. */
  at(place: Place): PlaceIndex {
    const key = JSON.stringify(place);
    let index = this.#indexes.get(key);
    if (!index) {
      const inPlace = (success: Success) =>
        place.environment === null
          ? success.tier === place.tier
          : success.environment === place.environment;
      index = new PlaceIndex(
        [...this.streams.values()].flat().filter(inPlace),
        this.ownersOf,
      );
      this.#indexes.set(key, index);
    }
    return index;
  }
}
