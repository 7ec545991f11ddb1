import type { Knex } from 'knex';
import type { Cursor } from './cursor';
import {
  type Claim,
  claimPartitions,
  ensureCursors,
  leaveGroup,
  livingMembers,
  type MemberId,
  ownClaims,
  releasePartitions,
  signOfLife,
} from './group';

export interface MembershipOptions extends MemberId {
  readonly knex: Knex;
  /** How many partitions the log has. */
  readonly partitions: number;
  readonly leaseMs: number;
  /** Told of partitions that went to somebody else without being given back. */
  readonly onLost: (partitions: readonly number[]) => void;
  /** Told when other members should look at who owns what. */
  readonly onChange: () => void;
}

/** How many of the partitions belong to one of the members: all, and evenly. */
export function fairShare(
  partitions: number,
  members: readonly string[],
  member: string,
): number {
  const index = members.indexOf(member);
  if (index < 0) {
    return 0;
  }
  const rest = partitions % members.length;
  return Math.floor(partitions / members.length) + (index < rest ? 1 : 0);
}

/**
 * A member's view of its group: which partitions it owns and where it stands
 * in each.
 *
 * Members do not talk to each other. Each gives back what exceeds its fair
 * share and takes what nobody alive owns; together that settles, whoever comes
 * and goes.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #owned = new Map<number, Claim>();
  /** Statements run one after the other, or an old answer would undo a new one. */
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /** Joins the group and takes what is free. */
  static async join(options: MembershipOptions): Promise<Membership> {
    await ensureCursors(options.knex, options.group, options.partitions);
    const membership = new Membership(options);
    await membership.balance();
    options.onChange();
    return membership;
  }

  /** What this member owns, as far as it knows. */
  get claims(): readonly Claim[] {
    return [...this.#owned.values()];
  }

  holds({ partition, epoch }: Pick<Claim, 'partition' | 'epoch'>): boolean {
    return this.#owned.get(partition)?.epoch === epoch;
  }

  /** Goes on behind what was handled. */
  advance(claim: Pick<Claim, 'partition' | 'epoch'>, cursor: Cursor): void {
    if (this.holds(claim)) {
      this.#owned.set(claim.partition, { ...claim, cursor });
    }
  }

  /** Says that this member is alive, and finds out what it has lost. */
  heartbeat(): Promise<void> {
    return this.#inTurn(async () => {
      const { knex, leaseMs } = this.#options;
      await signOfLife(knex, this.#options, leaseMs);
      this.#dropLost(await ownClaims(knex, this.#options));
    });
  }

  /**
   * Gives back or takes partitions until the share is fair. Only between two
   * batches: what is given back must not be worked on.
   */
  balance(): Promise<void> {
    return this.#inTurn(async () => {
      const { knex, leaseMs, group, member, partitions } = this.#options;
      await signOfLife(knex, this.#options, leaseMs);
      const members = await livingMembers(knex, group);
      const claims = await ownClaims(knex, this.#options);
      this.#dropLost(claims);
      // Where the answer to a claim got lost, the partition is already ours.
      this.#take(claims.filter(claim => !this.holds(claim)));

      const share = fairShare(partitions, members, member);
      const excess = claims.map(c => c.partition).slice(share);
      if (excess.length > 0) {
        excess.forEach(partition => this.#owned.delete(partition));
        await releasePartitions(knex, this.#options, excess);
        this.#options.onChange();
      } else if (claims.length < share) {
        this.#take(
          await claimPartitions(knex, this.#options, share - claims.length),
        );
      }
    });
  }

  /** Goes back to the saved positions, whatever was read since. */
  reload(): Promise<void> {
    return this.#inTurn(async () => {
      const claims = await ownClaims(this.#options.knex, this.#options);
      this.#dropLost(claims);
      this.#take(claims);
    });
  }

  /** Gives everything back. */
  leave(): Promise<void> {
    return this.#inTurn(async () => {
      this.#owned.clear();
      await leaveGroup(this.#options.knex, this.#options);
      this.#options.onChange();
    });
  }

  #take(claims: readonly Claim[]): void {
    claims.forEach(claim => this.#owned.set(claim.partition, claim));
  }

  #dropLost(claims: readonly Claim[]): void {
    const epochs = new Map(claims.map(c => [c.partition, c.epoch]));
    const lost = this.claims
      .filter(({ partition, epoch }) => epochs.get(partition) !== epoch)
      .map(({ partition }) => partition);
    lost.forEach(partition => this.#owned.delete(partition));
    if (lost.length > 0) {
      this.#options.onLost(lost);
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }
}
