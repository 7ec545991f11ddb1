import { HOUR, MINUTE, dateOf, toSecond, type Day } from './calendar';
import type { ServiceHistory } from './history';
import { landingAt, type Landing } from './landings';
import { Random } from './random';
import { slotsOf } from './slots';

export interface SimulatedDeployment {
  readonly id: string;
  readonly environment: string;
  readonly head: Landing;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly status: 'success' | 'failure' | 'cancelled';
  readonly kind?: 'rollback' | 'hotfix' | 'config';
  readonly remediates?: string;
  readonly releaseId?: string;
}

export interface SimulatedIncident {
  readonly id: string;
  readonly severity: string;
  readonly title: string;
  readonly openedAt: number;
  /** Resolved, and where it came back: reopened and resolved again. */
  readonly turns: readonly {
    readonly verb: 'resolved' | 'reopened';
    readonly at: number;
  }[];
  readonly cause?: Readonly<Record<string, string>>;
  readonly external: boolean;
}

export interface ProductionDay {
  readonly deployments: readonly SimulatedDeployment[];
  readonly incidents: readonly SimulatedIncident[];
  /** Landings that exist only because something had to be mended. */
  readonly hotfixes: readonly Landing[];
  /** What runs in production when the day is over. */
  readonly running?: Landing;
}

const PIPELINE_FAILURE = 0.03;
const CANCELLED = 0.01;
/** Share of days with an incident that no deployment caused. */
const UNRELATED = 0.004;
/** Numbers of hotfixes start behind those of planned work, apart for services that share a repository. */
const FIRST_HOTFIX_INDEX = { service: 20, website: 25 } as const;

const TITLES = [
  'Error rate above the objective',
  'Latency above the objective',
  'Requests time out',
  'Wrong results for some customers',
  'Queue grows and is not worked off',
] as const;

const SEVERITIES = ['critical', 'high', 'high', 'medium', 'low'] as const;

/** One day of a service in production, told in order. */
class Teller {
  readonly #history: ServiceHistory;
  readonly #day: Day;
  readonly #random: Random;
  readonly #deployments: SimulatedDeployment[] = [];
  readonly #incidents: SimulatedIncident[] = [];
  readonly #hotfixes: Landing[] = [];
  #running: Landing | undefined;
  #busyUntil = 0;
  /** When the last region had the last deployment. */
  #everywhereAt = 0;

  constructor(history: ServiceHistory, day: Day) {
    this.#history = history;
    this.#day = day;
    this.#random = new Random(
      history.seed,
      'production',
      history.service.name,
      day,
    );
  }

  tell(): ProductionDay {
    for (const { head, startedAt } of slotsOf(this.#history, this.#day)) {
      // While something is on fire nothing else goes out; it rides along later.
      if (startedAt >= this.#busyUntil) {
        this.#release(head, startedAt);
      }
    }
    if (this.#random.chance(UNRELATED)) {
      this.#unrelatedIncident();
    }
    return {
      deployments: this.#deployments,
      incidents: this.#incidents,
      hotfixes: this.#hotfixes,
      ...(this.#running ? { running: this.#running } : {}),
    };
  }

  #release(head: Landing, startedAt: number) {
    const random = this.#random;
    let at = startedAt;
    if (random.chance(PIPELINE_FAILURE)) {
      at = this.#deploy({ head, at, status: 'failure' }) + 20 * MINUTE;
    } else if (random.chance(CANCELLED)) {
      at = this.#deploy({ head, at, status: 'cancelled' }) + 15 * MINUTE;
    }
    const before = this.#running;
    const finishedAt = this.#deploy({ head, at });
    this.#running = head;
    this.#busyUntil = finishedAt;
    if (random.chance(this.#history.service.failureRate)) {
      this.#goWrong(head, before, finishedAt);
    }
  }

  /** Deploys to every production environment; answers when the first is done. */
  #deploy(options: {
    head: Landing;
    at: number;
    status?: SimulatedDeployment['status'];
    kind?: SimulatedDeployment['kind'];
    remediates?: string;
  }): number {
    const { head, at, status = 'success', kind, remediates } = options;
    const { service } = this.#history;
    const number = this.#deployments.length + 1;
    const id = `${service.name}-${dateOf(this.#day)}-${number}`;
    const inRegions = service.habit === 'regions';
    const environments = inRegions
      ? ['production-eu', 'production-us']
      : ['production'];
    let startedAt = toSecond(at);
    let firstFinish = 0;
    for (const environment of environments) {
      const finishedAt = toSecond(
        startedAt + this.#random.between(2, 9) * MINUTE,
      );
      this.#deployments.push({
        id: inRegions ? `${id}-${environment.slice(-2)}` : id,
        environment,
        head,
        startedAt,
        finishedAt,
        status,
        ...(kind ? { kind } : {}),
        ...(remediates ? { remediates } : {}),
        ...(inRegions ? { releaseId: `${service.name}-${head.version}` } : {}),
      });
      firstFinish ||= finishedAt;
      this.#everywhereAt = finishedAt;
      if (status !== 'success') {
        break;
      }
      startedAt =
        finishedAt +
        this.#random.between(kind ? 3 : 30, kind ? 10 : 70) * MINUTE;
    }
    return firstFinish;
  }

  #goWrong(head: Landing, before: Landing | undefined, finishedAt: number) {
    const random = this.#random;
    const openedAt = toSecond(finishedAt + random.between(4, 75) * MINUTE);
    const id = this.#incidentId();
    const way = random.next();
    // Asked for only here: every look back tells another day, and so on.
    const previous =
      way < 0.4 ? before ?? this.#history.runningBefore(this.#day) : undefined;
    let endedAt: number;
    if (previous && previous.sha !== head.sha) {
      endedAt = this.#rollBack(previous, openedAt);
    } else if (way < 0.7) {
      endedAt = this.#hotfix(openedAt, id);
    } else {
      const { restoreMinutes } = this.#history.service;
      endedAt =
        openedAt + Math.min(60 * HOUR, random.around(restoreMinutes) * MINUTE);
    }
    this.#incidents.push({
      id,
      severity: random.pick(SEVERITIES),
      title: random.pick(TITLES),
      openedAt,
      turns: this.#turns(toSecond(endedAt)),
      external: false,
      ...this.#cause(head),
    });
  }

  #rollBack(to: Landing, openedAt: number): number {
    const random = this.#random;
    const at = this.#reaction(openedAt, random.between(6, 35));
    // Every second team just deploys the old version and calls it nothing.
    const finishedAt = this.#deploy({
      head: to,
      at,
      ...(random.chance(0.5) ? { kind: 'rollback' } : {}),
    });
    this.#running = to;
    this.#busyUntil = finishedAt + 30 * MINUTE;
    return finishedAt + random.between(2, 15) * MINUTE;
  }

  /** Teams that restore slowly react slowly, and nobody before the last region is done. */
  #reaction(openedAt: number, minutes: number): number {
    const pace = this.#history.service.restoreMinutes / 60;
    return Math.max(
      openedAt + minutes * pace * MINUTE,
      this.#everywhereAt + 3 * MINUTE,
    );
  }

  #hotfix(openedAt: number, incident: string): number {
    const random = this.#random;
    const mergedAt = toSecond(this.#reaction(openedAt, random.between(20, 80)));
    const { service, seed } = this.#history;
    const landing = landingAt(
      { service, seed, day: this.#day },
      {
        mergedAt,
        index: FIRST_HOTFIX_INDEX[service.type] + this.#hotfixes.length,
        hotfix: true,
        random,
      },
    );
    this.#hotfixes.push(landing);
    const finishedAt = this.#deploy({
      head: landing,
      at: mergedAt + random.between(8, 20) * MINUTE,
      kind: 'hotfix',
      remediates: incident,
    });
    this.#running = landing;
    this.#busyUntil = finishedAt;
    return finishedAt + random.between(3, 20) * MINUTE;
  }

  #turns(endedAt: number): SimulatedIncident['turns'] {
    const random = this.#random;
    const resolved = { verb: 'resolved', at: endedAt } as const;
    if (!random.chance(0.06)) {
      return [resolved];
    }
    const back = toSecond(endedAt + random.between(10, 50) * MINUTE);
    return [
      resolved,
      { verb: 'reopened', at: back },
      {
        verb: 'resolved',
        at: toSecond(back + random.between(15, 90) * MINUTE),
      },
    ];
  }

  /** Some tools know the deployment, some the commit, most know nothing. */
  #cause(head: Landing): Pick<SimulatedIncident, 'cause'> {
    const random = this.#random;
    const { reportsContents } = this.#history.service;
    const die = random.next();
    const deployment = this.#deployments.findLast(
      one => one.head === head && one.status === 'success',
    );
    if (die < 0.4 && deployment && reportsContents) {
      return { cause: { deployment_id: deployment.id } };
    }
    return die < 0.55 && reportsContents
      ? { cause: { commit_sha: head.sha } }
      : {};
  }

  #unrelatedIncident() {
    const random = this.#random;
    const openedAt = toSecond(
      this.#day * 24 * HOUR + random.next() * 24 * HOUR,
    );
    this.#incidents.push({
      id: this.#incidentId(),
      severity: 'medium',
      title: 'A provider is away',
      openedAt,
      turns: this.#turns(toSecond(openedAt + random.around(70) * MINUTE)),
      external: true,
    });
  }

  #incidentId(): string {
    const number = this.#incidents.length + 1;
    return `INC-${this.#history.service.name}-${dateOf(this.#day)}-${number}`;
  }
}

export function productionDay(
  history: ServiceHistory,
  day: Day,
): ProductionDay {
  return history.isActive(day)
    ? new Teller(history, day).tell()
    : { deployments: [], incidents: [], hotfixes: [] };
}
