import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { FOUR_KEYS_ANNOTATIONS } from '@four-keys/backstage-plugin-four-keys-common';
import { correlationIdOf } from '../correlation';
import { templateLineageOf } from '../template';
import { stampExamples } from './examples';
import { FORMATS } from './formats';
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
      'Writes the correlation id, the template with its version and the service id into what was generated: catalog-info.yaml, .four-keys.env, Kubernetes manifests, kustomizations, Helm values, Dockerfiles and pipelines, so that builds, deployments and incidents of the new service can be traced to this run',
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
        files: z => {
          const globs = (what: string, defaults: readonly string[]) =>
            z
              .array(z.string())
              .optional()
              .describe(
                `${what}, relative to targetPath; default ${defaults.join(
                  ' and ',
                )}`,
              );
          return z
            .object({
              kubernetes: globs('Manifests', FORMATS.kubernetes.globs),
              kustomize: globs('Kustomizations', FORMATS.kustomize.globs),
              helm: globs(
                'Values of charts, beside their Chart.yaml',
                FORMATS.helm.globs,
              ),
              docker: globs('Dockerfiles', FORMATS.docker.globs),
              githubActions: globs('Workflows', FORMATS.githubActions.globs),
              gitlabCi: globs('GitLab pipelines', FORMATS.gitlabCi.globs),
              tekton: globs('Tekton pipelines', FORMATS.tekton.globs),
              jenkins: globs('Declarative pipelines', FORMATS.jenkins.globs),
            })
            .optional()
            .describe(
              'Which further files are stamped: globs by format, an empty list for none',
            );
        },
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
        leftAlone: z =>
          z
            .array(z.object({ path: z.string(), reason: z.string() }))
            .describe('Files that were not stamped although they were chosen'),
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
        catalogInfo: file,
        globs: input.files,
        values,
        dryRun: ctx.isDryRun ?? false,
        signal: ctx.signal,
      });
      const verb = ctx.isDryRun ? 'Would write' : 'Wrote';
      for (const { path, fields, leftAlone } of files) {
        if (leftAlone !== undefined) {
          logger.info(`Left ${path} alone: ${leftAlone}`);
        } else if (fields.length > 0) {
          logger.info(`${verb} ${path}: ${fields.join(', ')}`);
        } else {
          logger.info(`${path} is stamped already`);
        }
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
        files
          .filter(({ leftAlone }) => leftAlone === undefined)
          .map(({ path, fields }) => ({ path, fields: [...fields] })),
      );
      ctx.output(
        'leftAlone',
        files.flatMap(({ path, leftAlone }) =>
          leftAlone === undefined ? [] : [{ path, reason: leftAlone }],
        ),
      );
    },
  });
}
