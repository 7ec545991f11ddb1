import { createHash } from 'node:crypto';
import {
  HOUR,
  MINUTE,
  dateOf,
  isWeekend,
  startOf,
  toSecond,
  type Day,
} from './calendar';
import { repositoryOf, teamOf, type ServiceDescription } from './organisation';
import { Random } from './random';

export interface SimulatedCommit {
  readonly sha: string;
  readonly committedAt: number;
}

/** A pull request that landed on main. */
export interface Landing {
  readonly repository: string;
  readonly mergedAt: number;
  readonly sha: string;
  readonly prId: string;
  readonly openedAt: number;
  readonly firstReviewAt: number;
  readonly commits: readonly SimulatedCommit[];
  readonly labels: readonly string[];
  readonly version: string;
  readonly hotfix: boolean;
}

export const shaOf = (...key: readonly (string | number)[]) =>
  createHash('sha1').update(key.join('\0')).digest('hex');

/** Weekends are not quite empty. */
const WEEKEND_SHARE = 0.04;
/** Pull requests of one day have numbers within a range of the day's own. */
const NUMBERS_PER_DAY = 30;
const FIRST_NUMBER_DAY = 19_723;

const LABELS = ['feature', 'feature', 'bug', 'chore', 'security'] as const;

/** Work begins at eight, ends at six, and is busiest around the middle. */
function workingMoment(random: Random, day: Day, utcOffset: number): number {
  const local = 8 + 5 * (random.next() + random.next());
  return toSecond(startOf(day) + (local - utcOffset) * HOUR);
}

/** Repositories of several services: which of them a landing touches. */
export function touches(
  landing: Landing,
  service: ServiceDescription,
): boolean {
  if (!service.repository || landing.hotfix) {
    return true;
  }
  const die = new Random('touches', landing.sha).next();
  return service.type === 'website' ? die < 0.65 : die > 0.45;
}

export interface LandingRequest {
  readonly seed: number;
  readonly service: ServiceDescription;
  readonly day: Day;
}

/** A landing at a moment, with the work that led to it. */
export function landingAt(
  { seed, service, day }: LandingRequest,
  moment: { mergedAt: number; index: number; hotfix: boolean; random: Random },
): Landing {
  const { mergedAt, index, hotfix, random } = moment;
  const repository = repositoryOf(service);
  const review = hotfix
    ? random.between(5, 15) * MINUTE
    : random.around(service.reviewHours) * HOUR;
  const openedAt = mergedAt - review;
  const count = hotfix ? 1 : 1 + Math.min(8, random.poisson(1.4));
  const coding = hotfix
    ? random.between(5, 25) * MINUTE
    : random.around(service.reviewHours * 1.5) * HOUR;
  const commits = Array.from({ length: count }, (_, i) => ({
    sha: shaOf(seed, repository, day, index, hotfix ? 'hotfix' : 'commit', i),
    committedAt: toSecond(openedAt - (coding * (count - i)) / count),
  }));
  return {
    repository,
    mergedAt,
    sha: shaOf(seed, repository, day, index, hotfix ? 'hotfix' : 'merge'),
    prId: String((day - FIRST_NUMBER_DAY) * NUMBERS_PER_DAY + index + 1),
    openedAt: toSecond(openedAt),
    firstReviewAt: toSecond(openedAt + review * random.between(0.2, 0.8)),
    commits,
    labels: [hotfix ? 'bug' : random.pick(LABELS)],
    version: `${dateOf(day).replaceAll('-', '.')}-${index + 1}`,
    hotfix,
  };
}

/** The landings of a repository on one day, whoever of its services they touch. */
export function landingsOf(request: LandingRequest): Landing[] {
  const { seed, service, day } = request;
  const random = new Random(seed, 'landings', repositoryOf(service), day);
  const mean = service.landings * (isWeekend(day) ? WEEKEND_SHARE : 1);
  const count = Math.min(NUMBERS_PER_DAY / 2, random.poisson(mean));
  const { utcOffset } = teamOf(service);
  return Array.from({ length: count }, () =>
    workingMoment(random, day, utcOffset),
  )
    .sort((a, b) => a - b)
    .map((mergedAt, index) =>
      landingAt(request, { mergedAt, index, hotfix: false, random }),
    );
}
