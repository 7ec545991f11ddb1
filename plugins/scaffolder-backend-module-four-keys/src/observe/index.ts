import type {
  LifecycleService,
  RootConfigService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type { EventsService } from '@backstage/plugin-events-node';
import type { RunObserver } from './RunObserver';

const DAY_MS = 86_400_000;

/** The topic on which the scaffolder says that something happened to a run. */
const TOPIC = 'scaffolder.task';

function readLookBackDays(config: RootConfigService): number {
  const key = 'fourKeys.scaffolder.runs.lookBackDays';
  const days = config.getOptionalNumber(key) ?? 30;
  if (!(days > 0)) {
    throw new InputError(`${key} is ${days}, it must be more than 0`);
  }
  return days;
}

/**
 * Reports runs as they happen, and every five minutes those that were missed.
 *
 * @throws InputError naming the configuration key that is wrong.
 */
export async function observeRuns(options: {
  observer: RunObserver;
  bus: EventsService;
  scheduler: SchedulerService;
  lifecycle: LifecycleService;
  config: RootConfigService;
}): Promise<void> {
  const { observer, bus, scheduler, lifecycle, config } = options;
  if (config.getOptionalBoolean('fourKeys.scaffolder.runs.observe') === false) {
    return;
  }
  const lookBackMs = readLookBackDays(config) * DAY_MS;
  await bus.subscribe({
    id: 'four-keys-runs',
    topics: [TOPIC],
    onEvent: async ({ eventPayload }) => observer.ring(eventPayload),
  });
  await scheduler.scheduleTask({
    id: 'four-keys-reconcile-runs',
    initialDelay: { seconds: 15 },
    frequency: { minutes: 5 },
    timeout: { minutes: 5 },
    fn: async signal => {
      await observer.reconcile({
        since: new Date(Date.now() - lookBackMs),
        signal,
      });
    },
  });
  lifecycle.addShutdownHook(() => observer.stop());
}
