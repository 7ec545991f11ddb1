import {
  HOUR,
  MINUTE,
  isWeekend,
  startOf,
  toSecond,
  weekOf,
  weekdayOf,
  type Day,
} from './calendar';
import type { ServiceHistory } from './history';
import type { Landing } from './landings';
import { teamOf, type Habit } from './organisation';
import { Random } from './random';

/** A moment at which a version goes to production. */
export interface Slot {
  readonly startedAt: number;
  readonly head: Landing;
}

interface Schedule {
  readonly runsOn: (day: Day, random: Random) => boolean;
  /** Local hours between which it starts. */
  readonly hours: readonly [number, number];
  /** The longest time between two of them, in days. */
  readonly period: number;
}

const TUESDAY = 2;
const THURSDAY = 4;

const daily: Schedule = {
  runsOn: (day, random) => !isWeekend(day) && random.chance(0.88),
  hours: [9.5, 15.5],
  period: 10,
};

const SCHEDULES: Readonly<Record<Exclude<Habit, 'trunk'>, Schedule>> = {
  daily,
  regions: daily,
  train: {
    runsOn: day => weekdayOf(day) === TUESDAY,
    hours: [9, 11],
    period: 7,
  },
  fortnightly: {
    runsOn: day => weekdayOf(day) === THURSDAY && weekOf(day) % 2 === 0,
    hours: [18, 20],
    period: 14,
  },
};

function scheduledMoment(
  { service, seed }: ServiceHistory,
  schedule: Schedule,
  day: Day,
): number | undefined {
  const random = new Random(seed, 'slot', service.name, day);
  if (!schedule.runsOn(day, random)) {
    return undefined;
  }
  const local = random.between(...schedule.hours);
  return toSecond(startOf(day) + (local - teamOf(service).utcOffset) * HOUR);
}

/** Nobody deploys again what is deployed already. */
function isNews(
  history: ServiceHistory,
  schedule: Schedule,
  day: Day,
  head: Landing,
): boolean {
  for (let before = day - 1; before >= day - schedule.period; before -= 1) {
    const moment = scheduledMoment(history, schedule, before);
    if (moment !== undefined) {
      return head.mergedAt > moment;
    }
  }
  return true;
}

/** When production is deployed to on a day, by the habit of the service. */
export function slotsOf(history: ServiceHistory, day: Day): Slot[] {
  const { service, seed } = history;
  if (service.habit === 'trunk') {
    const random = new Random(seed, 'slot', service.name, day);
    return history.landings(day).map(head => ({
      head,
      startedAt: toSecond(head.mergedAt + random.between(18, 45) * MINUTE),
    }));
  }
  const schedule = SCHEDULES[service.habit];
  const startedAt = scheduledMoment(history, schedule, day);
  if (startedAt === undefined) {
    return [];
  }
  const head = history.head(day, startedAt - 20 * MINUTE);
  return head && isNews(history, schedule, day, head)
    ? [{ head, startedAt }]
    : [];
}
