import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { AnnotationRules } from '@four-keys/backstage-plugin-four-keys-common';
import type { FourKeysEventsService } from '@four-keys/backstage-plugin-four-keys-node';
import {
  checkPolicies,
  reasonsOf,
  type PolicyEngine,
  type PolicyReport,
  type PolicySettings,
} from '@four-keys/policies';
import { firstTime } from '../emit/firstTime';
import { templateLineageOf } from '../template';
import { policyEvents } from './events';
import { checkExamples } from './examples';
import { failureOf, summaryOf } from './report';

/** Somebody watches the run, and its result does not depend on the report. */
const PATIENCE_MS = 15_000;

/**
 * The action `four-keys:check`: evaluates policies on what a template
 * generated.
 */
export function createCheckAction(options: {
  events: FourKeysEventsService;
  typePrefix: string;
  engine: PolicyEngine;
  settings: PolicySettings;
  /** As in `fourKeys.catalog`. */
  rules: AnnotationRules;
}) {
  const { events, typePrefix, engine, settings, rules } = options;
  return createTemplateAction({
    id: 'four-keys:check',
    description:
      'Evaluates policies on what was generated, by Open Policy Agent. Warns or fails by environment and compliance level, and changes nothing',
    examples: checkExamples,
    supportsDryRun: true,
    schema: {
      input: {
        targetPath: z =>
          z
            .string()
            .optional()
            .describe(
              'The folder of the workspace that becomes the repository; default the workspace itself',
            ),
        catalogInfoPath: z =>
          z
            .string()
            .optional()
            .describe(
              'The catalog file, relative to targetPath; default catalog-info.yaml',
            ),
        environment: z =>
          z
            .string()
            .optional()
            .describe(
              'Where it will run, which decides what is enforced; default: fourKeys.policies.environment, else production',
            ),
        complianceLevel: z =>
          z
            .string()
            .optional()
            .describe(
              'Which policies are mandatory; default: what the catalog file says, else the least demanding level',
            ),
        parameters: z =>
          z
            .record(z.unknown())
            .optional()
            .describe('What the policies see as input.parameters'),
        exclude: z =>
          z
            .array(z.string())
            .optional()
            .describe(
              'Globs of files that the policies do not see, relative to targetPath',
            ),
      },
      output: {
        outcome: z =>
          z
            .string()
            .describe('pass, warn or fail: the worst outcome of a policy'),
        environment: z =>
          z.string().describe('The environment that was checked for'),
        complianceLevel: z =>
          z.string().describe('The level that was checked for'),
        policies: z =>
          z
            .array(
              z.object({
                id: z.string(),
                title: z.string(),
                outcome: z.string(),
                mode: z.string(),
                reasons: z.array(z.string()),
                remedy: z.string(),
              }),
            )
            .describe(
              'Every policy with its outcome: pass, warn, fail, or skip where the repository has nothing that it is about',
            ),
        summary: z =>
          z.string().describe('The same as Markdown, for the page of the run'),
      },
    },
    async handler(ctx) {
      const { input, logger } = ctx;
      const report = await checkPolicies({
        engine,
        settings,
        rules,
        root: resolveSafeChildPath(ctx.workspacePath, input.targetPath ?? '.'),
        catalogFile: input.catalogInfoPath,
        environment: input.environment,
        level: input.complianceLevel,
        parameters: input.parameters,
        exclude: input.exclude,
        signal: ctx.signal,
      });
      log(report, logger);
      ctx.output('outcome', report.outcome);
      ctx.output('environment', report.environment);
      ctx.output('complianceLevel', report.level);
      ctx.output(
        'policies',
        report.policies.map(policy => ({
          id: policy.id,
          title: policy.title,
          outcome: policy.outcome,
          mode: policy.mode,
          reasons: reasonsOf(policy),
          remedy: policy.remedy,
        })),
      );
      ctx.output('summary', summaryOf(report));

      if (!ctx.isDryRun) {
        const evaluated = policyEvents(report, {
          taskId: ctx.task.id,
          time: await firstTime(ctx, 'policy.evaluated', report.environment),
          typePrefix,
          template: templateLineageOf(ctx.templateInfo, {}),
        });
        try {
          const { rejected } = await events.publish(evaluated, {
            signal: ctx.signal,
            timeoutMs: PATIENCE_MS,
          });
          rejected.forEach(({ id, message }) =>
            logger.warn(`${id} was not reported: ${message}`),
          );
        } catch (error) {
          ctx.signal?.throwIfAborted();
          logger.warn(
            `The outcomes were not reported: ${(error as Error).message}`,
          );
        }
      }
      if (report.outcome === 'fail') {
        throw new InputError(failureOf(report));
      }
    },
  });
}

function log(
  { policies, leftAlone }: PolicyReport,
  logger: { info(text: string): void; warn(text: string): void },
) {
  for (const { file, reason } of leftAlone) {
    logger.info(`Not checked: ${file}, because ${reason}`);
  }
  for (const policy of policies) {
    const line = `${policy.outcome} ${policy.id}: ${policy.title}`;
    if (policy.findings.length === 0) {
      logger.info(line);
    } else {
      logger.warn(`${line}. ${policy.reason}`);
      reasonsOf(policy).forEach(reason => logger.warn(`  ${reason}`));
      logger.warn(`  ${policy.remedy}`);
    }
  }
}
