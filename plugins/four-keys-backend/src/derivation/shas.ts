import type { Claim } from '../facts';
import { countUpTo } from './order';

const SHORTENED = /^[0-9a-f]{7,39}$/;

/** Makes shortened shas whole by what the change events of a service name. */
export class Shas {
  readonly #named: ReadonlySet<string>;
  readonly #sorted: readonly string[];
  readonly #cache = new Map<string, string>();

  private constructor(named: ReadonlySet<string>) {
    this.#named = named;
    // Hexadecimal digits sort alike by code unit and by byte.
    this.#sorted = [...named].sort((a, b) => (a < b ? -1 : 1));
  }

  static create(claims: readonly Claim[]): Shas {
    const named = new Set<string>();
    for (const claim of claims) {
      if (claim.kind === 'change.created' || claim.kind === 'change.merged') {
        named.add(claim.data.commit_sha);
      }
      if (claim.kind === 'change.merged') {
        claim.data.commits?.forEach(commit => named.add(commit.sha));
      }
    }
    return new Shas(named);
  }

  /** The only sha named that begins with this one, if it is named nowhere as a whole; else itself. */
  whole(sha: string): string {
    if (this.#named.has(sha) || !SHORTENED.test(sha)) {
      return sha;
    }
    const known = this.#cache.get(sha);
    if (known !== undefined) {
      return known;
    }
    const before = countUpTo(this.#sorted, 0, other => (other < sha ? 0 : 1));
    const unique =
      this.#sorted[before]?.startsWith(sha) &&
      !this.#sorted[before + 1]?.startsWith(sha);
    const whole = unique ? this.#sorted[before] : sha;
    this.#cache.set(sha, whole);
    return whole;
  }
}
