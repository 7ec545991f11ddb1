import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { FOUR_KEYS_ANNOTATIONS } from '@four-keys/backstage-plugin-four-keys-common';
import { correlationIdOf } from '../correlation';
import { templateLineageOf } from '../template';
import { stampExamples } from './examples';
import type { StampValues } from './values';
import { StampWorkspace } from './workspace';

const definitions = new Map(
  FOUR_KEYS_ANNOTATIONS.map(one => [one.name, one] as const),
);

const CHECKED = [
  ['serviceId', 'service-id'],
  ['telemetryKey', 'telemetry-key'],
  ['platformVersion', 'platform-version'],
] as const;

function check(values: StampValues) {
  for (const [key, annotation] of CHECKED) {
    const value = values[key];
    const definition = definitions.get(`four-keys.dev/${annotation}`)!;
    if (value !== undefined && !definition.schema.safeParse(value).success) {
      throw new InputError(
        `${key} is "${value}", expected ${definition.expected}, for example "${definition.examples[0]}"`,
      );
    }
  }
  const { templateId, templateVersion } = values;
  const template = definitions.get('four-keys.dev/template')!;
  if (
    templateId &&
    templateVersion &&
    !template.schema.safeParse(`${templateId}@${templateVersion}`).success
  ) {
    throw new InputError(
      `templateId and templateVersion give "${templateId}@${templateVersion}", expected ${template.expected}`,
    );
  }
}

/**
 * The action `four-keys:stamp`: writes the ids by which events are joined into
 * what a template generated.
 */
export function createStampAction(options: {
  platformVersion?: string;
  /** Where pipelines report to, unless the step says otherwise. */
  collectorUrl: string;
}) {
  return createTemplateAction({
    id: 'four-keys:stamp',
    description:
      'Writes the correlation id, the template with its version and the service id into catalog-info.yaml and .four-keys.env, so that builds, deployments and incidents of the new service can be traced to this run',
    examples: stampExamples,
    supportsDryRun: true,
    schema: {
      input: {
        catalogInfoPath: z =>
          z
            .string()
            .optional()
            .describe(
              'The catalog file, relative to targetPath; default catalog-info.yaml',
            ),
        targetPath: z =>
          z
            .string()
            .optional()
            .describe(
              'The folder of the workspace that becomes the repository; default the workspace itself',
            ),
        serviceId: z =>
          z
            .string()
            .optional()
            .describe(
              'Joins events to the entity; default: what the catalog file says, else the name of its first component',
            ),
        telemetryKey: z =>
          z
            .string()
            .optional()
            .describe(
              'org/project of the events of this service; default: what the catalog file says',
            ),
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
            .describe(
              'A semver version; default: the one in the annotation four-keys.dev/template of the template',
            ),
        platformVersion: z =>
          z
            .string()
            .optional()
            .describe('Default: fourKeys.platformVersion of the configuration'),
        url: z =>
          z
            .string()
            .optional()
            .describe(
              'Where pipelines report to; default: the collector of this Backstage',
            ),
      },
      output: {
        correlationId: z =>
          z.string().describe('The id of this run, the same on every retry'),
        serviceId: z => z.string().describe('The service id that was stamped'),
        templateId: z =>
          z.string().optional().describe('The template, if it is known'),
        templateVersion: z =>
          z.string().optional().describe('Its version, if it is known'),
        url: z => z.string().describe('Where pipelines report to'),
        files: z =>
          z
            .array(z.object({ path: z.string(), fields: z.array(z.string()) }))
            .describe('Every file, and the fields of it that changed'),
      },
    },
    async handler(ctx) {
      const { input, logger, templateInfo } = ctx;
      ctx.signal?.throwIfAborted();
      const workspace = new StampWorkspace({
        workspacePath: ctx.workspacePath,
        targetPath: input.targetPath ?? '.',
      });
      const file = input.catalogInfoPath ?? 'catalog-info.yaml';
      const text = await workspace.readCatalogInfo(file);
      const written = workspace.identityOf(file, text);
      const serviceId = input.serviceId ?? written.serviceId;
      if (!serviceId) {
        throw new InputError(
          `${file} has no component to take the service id from; set serviceId`,
        );
      }
      const template = templateLineageOf(templateInfo, input);
      const values: StampValues = {
        correlationId: correlationIdOf(ctx.task.id),
        serviceId,
        templateId: template.id,
        templateVersion: template.version,
        platformVersion: input.platformVersion ?? options.platformVersion,
        telemetryKey: input.telemetryKey ?? written.telemetryKey,
        url: input.url ?? options.collectorUrl,
      };
      check(values);
      if (!template.version) {
        logger.warn(
          'The version of the template is not known, so the template is not stamped into catalog-info.yaml. Give the template the annotation "four-keys.dev/template: <id>@<version>", or the step a templateVersion',
        );
      }

      const files = await workspace.stamp({
        catalogInfo: { file, text },
        values,
        dryRun: ctx.isDryRun ?? false,
      });
      const verb = ctx.isDryRun ? 'Would write' : 'Wrote';
      for (const { path, fields } of files) {
        logger.info(
          fields.length > 0
            ? `${verb} ${path}: ${fields.join(', ')}`
            : `${path} is stamped already`,
        );
      }

      ctx.output('correlationId', values.correlationId);
      ctx.output('serviceId', serviceId);
      if (values.templateId) {
        ctx.output('templateId', values.templateId);
      }
      if (values.templateVersion) {
        ctx.output('templateVersion', values.templateVersion);
      }
      ctx.output('url', input.url ?? options.collectorUrl);
      ctx.output(
        'files',
        files.map(({ path, fields }) => ({ path, fields: [...fields] })),
      );
    },
  });
}
