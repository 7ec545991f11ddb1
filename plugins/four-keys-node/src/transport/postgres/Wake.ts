/**
 * A doorbell for one sleeper. Ringing while nobody sleeps is remembered, so
 * that what happens between looking and lying down is not missed.
 */
export class Wake {
  #rung = false;
  #rise: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#rise?.();
  }

  /** Sleeps until the bell rings, at most so many milliseconds. */
  async sleep(ms: number): Promise<void> {
    if (!this.#rung && ms > 0) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, ms);
        this.#rise = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#rise = undefined;
    this.#rung = false;
  }
}
