import { createHash } from 'node:crypto';

/**
 * Chance that is the same on every run: a small fast counting generator (sfc32)
 * whose state is the hash of a key.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(...key: readonly (string | number)[]) {
    const hash = createHash('sha256').update(key.join('\0')).digest();
    this.#a = hash.readUInt32LE(0);
    this.#b = hash.readUInt32LE(4);
    this.#c = hash.readUInt32LE(8);
    this.#counter = 1;
  }

  /** From 0, inclusive, to 1, exclusive. */
  next(): number {
    /* The algorithm is made of 32-bit operations. */
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)];
  }

  /** How many of many rare things happen, given how many do on average. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > limit; product *= this.next()) {
      count += 1;
    }
    return count;
  }

  /** Mostly near the median, now and then a multiple of it, as durations of work are. */
  around(median: number, spread = 0.7): number {
    const normal =
      Math.sqrt(-2 * Math.log(1 - this.next())) *
      Math.cos(2 * Math.PI * this.next());
    return median * Math.exp(spread * normal);
  }
}
