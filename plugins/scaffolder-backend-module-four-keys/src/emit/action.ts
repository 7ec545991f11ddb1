import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  EVENT_KINDS,
  validateEvent,
  type EventEnvelope,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { FourKeysEventsService } from '@four-keys/backstage-plugin-four-keys-node';
import type { JsonObject } from '@backstage/types';
import { templateLineageOf } from '../template';
import { buildEvent, readKind } from './event';
import { emitExamples } from './examples';
import { firstTime } from './firstTime';

/**
 * Somebody watches the run: rather report nothing than let them wait as long
 * as a pipeline would.
 */
const PATIENCE_MS = 15_000;

function problemOf(event: EventEnvelope): string | undefined {
  const result = validateEvent(event, { now: Date.now() });
  return result.ok ? undefined : result.rejection.message;
}

/**
 * The action `four-keys:emit`: reports the initial commit, or any other event
 * of the contract.
 */
export function createEmitAction(options: {
  events: FourKeysEventsService;
  typePrefix: string;
  platformVersion?: string;
}) {
  const { events, typePrefix } = options;
  return createTemplateAction({
    id: 'four-keys:emit',
    description:
      'Reports the commit that this run published, or any other event, to Four Keys. Never reports anything in a dry run',
    examples: emitExamples,
    supportsDryRun: true,
    schema: {
      input: {
        kind: z =>
          z
            .string()
            .optional()
            .describe(
              `One of ${EVENT_KINDS.join(', ')}; default change.created`,
            ),
        serviceId: z =>
          z
            .string()
            .optional()
            .describe('The service, as the output of four-keys:stamp has it'),
        commitHash: z =>
          z
            .string()
            .optional()
            .describe('The commit, as the output of the publish step has it'),
        remoteUrl: z =>
          z
            .string()
            .optional()
            .describe(
              'The repository, as the output of the publish step has it',
            ),
        branch: z =>
          z
            .string()
            .optional()
            .describe(
              'The branch that the commit is on; without it the commit counts for every branch',
            ),
        telemetryKey: z =>
          z.string().optional().describe('org/project of the events'),
        templateId: z =>
          z
            .string()
            .optional()
            .describe(
              'Default: the id in the annotation four-keys.dev/template of the template, else its name',
            ),
        templateVersion: z =>
          z
            .string()
            .optional()
            .describe('Default: the version in the same annotation'),
        time: z =>
          z
            .string()
            .optional()
            .describe(
              'When it happened, RFC 3339 with a zone; default: when this step first ran',
            ),
        data: z =>
          z
            .record(z.unknown())
            .optional()
            .describe(
              'Further fields of the event by their names in the contract; they win over the other inputs',
            ),
        strict: z =>
          z
            .boolean()
            .optional()
            .describe(
              'Fail the step when the event cannot be reported; default false: warn in the log',
            ),
      },
      output: {
        eventId: z =>
          z.string().optional().describe('The id of the event, if it was made'),
        emitted: z =>
          z.boolean().describe('Whether the event was durably accepted'),
      },
    },
    async handler(ctx) {
      const { input, logger } = ctx;
      ctx.signal?.throwIfAborted();
      const kind = readKind(input.kind ?? 'change.created');
      if (!kind) {
        throw new InputError(
          `kind is "${input.kind}", it must be one of ${EVENT_KINDS.join(
            ', ',
          )}`,
        );
      }
      const event = buildEvent({
        ...input,
        kind,
        data: input.data as JsonObject | undefined,
        taskId: ctx.task.id,
        time:
          input.time ?? (await firstTime(ctx, kind, input.commitHash ?? '')),
        typePrefix,
        platformVersion: options.platformVersion,
        template: templateLineageOf(ctx.templateInfo, input),
      });
      ctx.output('eventId', event.id);

      const giveUp = (problem: string) => {
        if (input.strict && !ctx.isDryRun) {
          throw new InputError(`${event.type} was not reported: ${problem}`);
        }
        logger.warn(`${event.type} was not reported: ${problem}`);
        ctx.output('emitted', false);
      };
      const problem = problemOf(event);
      if (problem) {
        giveUp(problem);
        return;
      }
      if (ctx.isDryRun) {
        logger.info(`Would report ${JSON.stringify(event)}`);
        ctx.output('emitted', false);
        return;
      }
      try {
        const { rejected } = await events.publish([event], {
          signal: ctx.signal,
          timeoutMs: PATIENCE_MS,
        });
        if (rejected.length > 0) {
          giveUp(rejected[0].message);
          return;
        }
      } catch (error) {
        ctx.signal?.throwIfAborted();
        if (input.strict) {
          throw error;
        }
        giveUp(error instanceof Error ? error.message : String(error));
        return;
      }
      logger.info(`Reported ${event.type} as ${event.id}`);
      ctx.output('emitted', true);
    },
  });
}
