import type {
  LogEvent,
  ScaffolderTask,
} from '@backstage/plugin-scaffolder-common';
import {
  formatInstant,
  type EventEnvelope,
} from '@four-keys/backstage-plugin-four-keys-common';
import { buildEvent } from '../emit/event';
import { templateLineageOf } from '../template';

const STATUS: Readonly<Record<string, string>> = {
  completed: 'success',
  failed: 'failure',
  cancelled: 'cancelled',
};

/** Whether nothing more will happen to the run unless somebody retries it. */
export const isOver = (status: string) => status in STATUS;

/** When the run ended, by what the scaffolder wrote down. */
function endOf(log: readonly LogEvent[]): number | undefined {
  const last = log
    .filter(({ type }) => type === 'completion' || type === 'cancelled')
    .pop();
  return last && Date.parse(last.createdAt);
}

/**
 * The events of a run, made from nothing but what the scaffolder keeps of it:
 * whoever looks, and however often, they are the same. The parameters, the
 * user and what the steps said are not in them.
 *
 * A run that was retried has one event for each time that it ended.
 */
export function eventsOfRun(options: {
  task: ScaffolderTask;
  log: readonly LogEvent[];
  typePrefix: string;
}): EventEnvelope[] {
  const { task, log, typePrefix } = options;
  const { id: taskId, spec, status } = task;
  const template = templateLineageOf(spec.templateInfo, {});
  const begin = Date.parse(task.createdAt);
  if (template.id === undefined || Number.isNaN(begin)) {
    return [];
  }
  const facts = { taskId, typePrefix, template };
  const started = buildEvent({
    ...facts,
    kind: 'scaffold.started',
    time: formatInstant(begin),
  });
  const end = endOf(log);
  if (!isOver(status) || end === undefined || Number.isNaN(end)) {
    return [started];
  }
  return [
    started,
    buildEvent({
      ...facts,
      kind: 'scaffold.completed',
      time: formatInstant(end),
      data: { status: STATUS[status], duration_ms: Math.max(0, end - begin) },
    }),
  ];
}
