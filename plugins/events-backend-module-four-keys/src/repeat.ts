import type { SchedulerService } from '@backstage/backend-plugin-api';

/** Runs in every instance, again and again; a failure is logged and tried again. */
export async function repeat(
  scheduler: SchedulerService,
  id: string,
  run: () => Promise<void>,
): Promise<void> {
  await scheduler.scheduleTask({
    id,
    scope: 'local',
    frequency: { seconds: 10 },
    timeout: { minutes: 10 },
    initialDelay: { seconds: 1 },
    fn: run,
  });
}

/** Runs in one instance at a time, every quarter of an hour. */
export async function repeatSomewhere(
  scheduler: SchedulerService,
  id: string,
  run: () => Promise<void>,
): Promise<void> {
  await scheduler.scheduleTask({
    id,
    scope: 'global',
    frequency: { minutes: 15 },
    timeout: { hours: 1 },
    initialDelay: { minutes: 1 },
    fn: run,
  });
}
