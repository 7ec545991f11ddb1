/** How many records in a row, and which share of the last ones, is a flood. */
const LONGEST_RUN = 100;
const LARGEST_SHARE = 0.2;
const FEWEST_SEEN = 100;
/** How far back the share looks, about. */
const MEMORY = 1000;

export interface Flood {
  readonly reason: string;
  readonly rejected: number;
  readonly seen: number;
}

/** Tells a flood of unusable records from one now and then. */
export class FloodGauge {
  #seen: number;
  #rejected: number;
  #run: number;

  constructor(from?: FloodGauge) {
    this.#seen = from ? from.#seen : 0;
    this.#rejected = from ? from.#rejected : 0;
    this.#run = from ? from.#run : 0;
  }

  /** Answers what it is from the record on that makes it a flood. */
  add(isUsable: boolean): Flood | undefined {
    this.#seen += 1;
    this.#run = isUsable ? 0 : this.#run + 1;
    this.#rejected += isUsable ? 0 : 1;
    const [seen, rejected] = [this.#seen, this.#rejected];
    if (seen >= MEMORY) {
      this.#seen /= 2;
      this.#rejected /= 2;
    }
    if (this.#run >= LONGEST_RUN) {
      return {
        reason: `${LONGEST_RUN} records in a row cannot be used`,
        rejected: Math.round(rejected),
        seen: Math.round(seen),
      };
    }
    if (seen >= FEWEST_SEEN && rejected / seen > LARGEST_SHARE) {
      return {
        reason: `${Math.round(
          (100 * rejected) / seen,
        )} % of the last ${Math.round(seen)} records cannot be used`,
        rejected: Math.round(rejected),
        seen: Math.round(seen),
      };
    }
    return undefined;
  }
}

/** Whether records show that a flood is over: the last of them are as they should be. */
export function isOver(usable: readonly boolean[]): boolean {
  const last = usable.slice(-LONGEST_RUN);
  const rejected = last.filter(isUsable => !isUsable).length;
  return last.length > 0 && rejected / last.length <= LARGEST_SHARE;
}
