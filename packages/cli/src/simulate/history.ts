import type { Day } from './calendar';
import { landingsOf, touches, type Landing } from './landings';
import { dormantSince, type ServiceDescription } from './organisation';
import { productionDay, type ProductionDay } from './production';

/** How far back a day looks for what came before it. */
const LOOK_BACK_DAYS = 40;

/**
 * The past of one service. Every day is made from its own chance and looks back
 * a few weeks at most, so a day is the same whichever period is asked for.
 */
export class ServiceHistory {
  readonly service: ServiceDescription;
  readonly seed: number;
  readonly #firstSilent: Day;
  readonly #landings = new Map<Day, Landing[]>();
  readonly #production = new Map<Day, ProductionDay>();

  constructor(options: {
    service: ServiceDescription;
    seed: number;
    lastDay: Day;
  }) {
    this.service = options.service;
    this.seed = options.seed;
    this.#firstSilent = options.service.dormant
      ? dormantSince(options.lastDay)
      : Infinity;
  }

  isActive(day: Day): boolean {
    return day >= (this.service.born ?? -Infinity) && day < this.#firstSilent;
  }

  /** What landed on a day and touches this service, in order. */
  landings(day: Day): readonly Landing[] {
    let landings = this.#landings.get(day);
    if (!landings) {
      const { seed, service } = this;
      landings = this.isActive(day)
        ? landingsOf({ seed, service, day }).filter(landing =>
            touches(landing, service),
          )
        : [];
      this.#landings.set(day, landings);
    }
    return landings;
  }

  production(day: Day): ProductionDay {
    let known = this.#production.get(day);
    if (!known) {
      known = productionDay(this, day);
      this.#production.set(day, known);
    }
    return known;
  }

  /** The last landing at or before a moment of a day. */
  head(day: Day, moment: number): Landing | undefined {
    return this.#lookBack(day, at =>
      this.landings(at).findLast(({ mergedAt }) => mergedAt <= moment),
    );
  }

  /** What ran in production at the end of the day before. */
  runningBefore(day: Day): Landing | undefined {
    return this.#lookBack(day - 1, at => this.production(at).running);
  }

  #lookBack<T>(from: Day, find: (day: Day) => T | undefined): T | undefined {
    for (let day = from; day > from - LOOK_BACK_DAYS; day -= 1) {
      if (!this.isActive(day)) {
        return undefined;
      }
      const found = find(day);
      if (found) {
        return found;
      }
    }
    return undefined;
  }
}
