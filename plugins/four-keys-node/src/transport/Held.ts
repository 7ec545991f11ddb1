/** Partitions that wait, and until when. */
export class Held {
  readonly #until = new Map<number, number>();

  add(partitions: readonly number[], forMs: number): void {
    const until = Date.now() + forMs;
    partitions.forEach(partition => this.#until.set(partition, until));
  }

  has(partition: number): boolean {
    return this.#until.has(partition);
  }

  /** Those whose time is over, which wait no longer. */
  takeFree(): number[] {
    const now = Date.now();
    const free = [...this.#until]
      .filter(([, until]) => until <= now)
      .map(([partition]) => partition);
    free.forEach(partition => this.#until.delete(partition));
    return free;
  }
}
