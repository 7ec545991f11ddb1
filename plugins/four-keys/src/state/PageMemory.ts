import type { FourKeysApi } from '../api';
import type { PageState } from './pageState';

/** More answers than somebody looks at in a row. */
const MOST_ANSWERS = 60;

/**
 * What the pages of one app remember while it runs: what they were about, so
 * that a page opened from the navigation is about the same, and their answers,
 * so that going back shows at once what was there.
 */
export class PageMemory {
  /** What the page before was about; undefined: there was none. */
  state: PageState | undefined;
  readonly #answers = new Map<string, unknown>();
  readonly #listeners = new Set<() => void>();
  #revision = 0;

  /** Counts how often the data has been known to change. */
  readonly revision = (): number => this.#revision;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  answer(name: string): unknown {
    return this.#answers.get(name);
  }

  keep(name: string, answer: unknown): void {
    this.#answers.delete(name);
    this.#answers.set(name, answer);
    if (this.#answers.size > MOST_ANSWERS) {
      const [oldest] = this.#answers.keys();
      this.#answers.delete(oldest);
    }
  }

  /** Something has been corrected: whoever shows an answer asks again. */
  readonly forgetAnswers = (): void => {
    this.#answers.clear();
    this.#revision += 1;
    this.#listeners.forEach(listener => listener());
  };
}

const MEMORIES = new WeakMap<FourKeysApi, PageMemory>();

/** The memory of the app that this API belongs to. */
export function memoryOf(api: FourKeysApi): PageMemory {
  const known = MEMORIES.get(api) ?? new PageMemory();
  MEMORIES.set(api, known);
  return known;
}
