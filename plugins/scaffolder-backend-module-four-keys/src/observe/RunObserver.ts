import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { ScaffolderTask } from '@backstage/plugin-scaffolder-common';
import type { ScaffolderService } from '@backstage/plugin-scaffolder-node';
import type { FourKeysEventsService } from '@four-keys/backstage-plugin-four-keys-node';
import { eventsOfRun, isOver } from './events';

const PAGE = 100;

/**
 * The scaffolder rings before its transaction has ended, so a look may come too
 * early; these are the pauses before the next ones.
 */
const PAUSES_MS = [250, 1_000, 4_000, 15_000];

/** How long one call may take before the next look tries again. */
const PATIENCE_MS = 15_000;

type Scaffolder = Pick<ScaffolderService, 'getTask' | 'getLogs' | 'listTasks'>;

export interface RunObserverOptions {
  readonly scaffolder: Scaffolder;
  readonly auth: Pick<AuthService, 'getOwnServiceCredentials'>;
  readonly events: FourKeysEventsService;
  readonly logger: LoggerService;
  readonly typePrefix: string;
}

/** What the bus says about a run; only the fields that we read. */
interface TaskRing {
  readonly id?: unknown;
  readonly taskId?: unknown;
  readonly status?: unknown;
}

/**
 * Reports every template run, without a step in the template.
 *
 * The bus of the backend may lose what it carries, so it is only a doorbell:
 * what is reported is read from the scaffolder. `reconcile` reads the same for
 * every run of the last days, and since the events are made from the run alone,
 * a run that is reported twice is counted once.
 */
export class RunObserver {
  readonly #options: RunObserverOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Runs whose end this process has reported, to spare the next looks. */
  readonly #done = new Set<string>();
  #stopped = false;

  constructor(options: RunObserverOptions) {
    this.#options = options;
  }

  /** Takes an event of the topic `scaffolder.task`. */
  ring(payload: unknown): void {
    const { id, taskId = id, status } = (payload ?? {}) as TaskRing;
    if (typeof taskId === 'string' && !this.#stopped) {
      this.#done.delete(taskId);
      this.#look(taskId, typeof status === 'string' && isOver(status), 0);
    }
  }

  /** Looks at no run any more. */
  stop(): void {
    this.#stopped = true;
    this.#timers.forEach(timer => clearTimeout(timer));
    this.#timers.clear();
  }

  #look(taskId: string, expectEnd: boolean, attempt: number) {
    clearTimeout(this.#timers.get(taskId));
    const timer = setTimeout(async () => {
      this.#timers.delete(taskId);
      const { logger } = this.#options;
      try {
        const ended = await this.report(taskId);
        if (ended || !expectEnd) {
          return;
        }
      } catch (error) {
        logger.debug(
          `Cannot report run ${taskId} yet: ${stringifyError(error)}`,
        );
      }
      const rung = this.#timers.has(taskId);
      if (!rung && !this.#stopped && attempt + 1 < PAUSES_MS.length) {
        this.#look(taskId, expectEnd, attempt + 1);
      }
    }, PAUSES_MS[attempt]);
    this.#timers.set(taskId, timer);
  }

  /**
   * Reports a run as it is now.
   *
   * @returns whether it is over, and said so.
   * @throws when the scaffolder or the collector does not answer.
   */
  async report(taskId: string): Promise<boolean> {
    const { scaffolder, auth } = this.#options;
    const credentials = await auth.getOwnServiceCredentials();
    return this.#reportTask(
      await scaffolder.getTask({ taskId }, { credentials }),
    );
  }

  async #reportTask(task: ScaffolderTask): Promise<boolean> {
    const { scaffolder, auth, events, logger, typePrefix } = this.#options;
    const over = isOver(task.status);
    const log = over
      ? await scaffolder.getLogs(
          { taskId: task.id },
          { credentials: await auth.getOwnServiceCredentials() },
        )
      : [];
    const made = eventsOfRun({ task, log, typePrefix });
    if (made.length > 0) {
      const { rejected } = await events.publish(made, {
        timeoutMs: PATIENCE_MS,
      });
      for (const { message } of rejected) {
        logger.warn(`Run ${task.id} cannot be reported: ${message}`);
      }
    }
    const complete = over && (made.length === 0 || made.length === 2);
    if (complete) {
      this.#done.add(task.id);
    }
    return complete;
  }

  /**
   * Reports every run since `since` that this process has not seen the end of.
   *
   * @throws when the scaffolder or the collector does not answer.
   */
  async reconcile(options: {
    since: Date;
    signal?: AbortSignal;
  }): Promise<{ runs: number }> {
    const { scaffolder, auth } = this.#options;
    const since = options.since.getTime();
    const seen = new Set<string>();
    let runs = 0;
    for (let offset = 0; ; offset += PAGE) {
      options.signal?.throwIfAborted();
      const { items } = await scaffolder.listTasks(
        { limit: PAGE, offset },
        { credentials: await auth.getOwnServiceCredentials() },
      );
      const recent = items.filter(task => Date.parse(task.createdAt) >= since);
      for (const task of recent.filter(({ id }) => !this.#done.has(id))) {
        options.signal?.throwIfAborted();
        await this.#reportTask(task);
        runs++;
      }
      recent.forEach(({ id }) => seen.add(id));
      // The newest come first: behind an old one are only older ones.
      if (items.length < PAGE || recent.length < items.length) {
        this.#forgetAllBut(seen);
        return { runs };
      }
    }
  }

  #forgetAllBut(seen: ReadonlySet<string>) {
    for (const id of this.#done) {
      if (!seen.has(id)) {
        this.#done.delete(id);
      }
    }
  }
}
