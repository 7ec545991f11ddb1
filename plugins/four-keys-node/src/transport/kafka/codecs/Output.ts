/** What is unpacked grows here, up to a limit that a small batch cannot get past. */
export class Output {
  readonly #limit: number;
  #bytes: Buffer;
  #length = 0;

  constructor(limit: number, expected: number) {
    this.#limit = limit;
    this.#bytes = Buffer.allocUnsafe(Math.min(limit, Math.max(expected, 64)));
  }

  get length(): number {
    return this.#length;
  }

  take(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  append(chunk: Uint8Array): void {
    this.#reserve(chunk.length);
    this.#bytes.set(chunk, this.#length);
    this.#length += chunk.length;
  }

  /** Repeats what was unpacked `distance` bytes ago, itself included where it is long. */
  repeat(distance: number, length: number): void {
    if (distance <= 0 || distance > this.#length) {
      throw new RangeError('A repetition of what was never there');
    }
    this.#reserve(length);
    for (let n = 0; n < length; n += 1) {
      this.#bytes[this.#length] = this.#bytes[this.#length - distance];
      this.#length += 1;
    }
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed > this.#limit) {
      throw new RangeError(`More than ${this.#limit} bytes once unpacked`);
    }
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(
        Math.min(this.#limit, Math.max(needed, this.#bytes.length * 2)),
      );
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
  }
}

/** Bytes that are there, or an error: compressed data may end anywhere. */
export class Input {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The next so many bytes, as the place where they begin. */
  skip(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) {
      throw new RangeError('Ends too early');
    }
    this.#at += length;
    return at;
  }

  byte(): number {
    return this.#bytes[this.skip(1)];
  }

  /** An unsigned number of up to four bytes, the lowest first. */
  uint(length: number): number {
    return this.#bytes.readUIntLE(this.skip(length), length);
  }

  bytes(length: number): Buffer {
    const at = this.skip(length);
    return this.#bytes.subarray(at, at + length);
  }
}
