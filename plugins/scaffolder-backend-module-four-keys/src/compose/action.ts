import {
  resolveSafeChildPath,
  type UrlReaderService,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type { ScmIntegrations } from '@backstage/integration';
import {
  createTemplateAction,
  fetchContents,
} from '@backstage/plugin-scaffolder-node';
import path from 'path';
import { parseAllDocuments } from 'yaml';
import { readOptional, writeAll } from '../writeAll';
import { assemble } from './assemble';
import { composeExamples } from './examples';
import { readModule, type ComposeAttributes } from './library';

/** Which snippets went in, for whoever upgrades the repository later. */
export const SNIPPETS_FILE = '.four-keys.snippets.json';

const readText = async (file: string) =>
  (await readOptional(file))?.toString('utf8');

/** What the first entity of the catalog file says of itself. */
function attributesOf(text: string | undefined): ComposeAttributes {
  const documents = parseAllDocuments(text ?? '');
  const first = Array.isArray(documents) ? documents[0] : undefined;
  const value = (name: string) => {
    const found = first?.getIn([
      'metadata',
      'annotations',
      `four-keys.dev/${name}`,
    ]);
    return typeof found === 'string' ? found : undefined;
  };
  return {
    runtime: value('runtime'),
    deployType: value('deploy-type'),
    complianceLevel: value('compliance-level'),
  };
}

/**
 * The action `four-keys:compose`: assembles a pipeline from versioned snippets.
 */
export function createComposeAction(options: {
  reader: UrlReaderService;
  integrations: ScmIntegrations;
  /** From the least to the most demanding. */
  levels: readonly string[];
}) {
  const { reader, integrations, levels } = options;
  return createTemplateAction({
    id: 'four-keys:compose',
    description:
      'Assembles a pipeline from a versioned library of snippets, by CI system, language, runtime, deploy type and compliance level, and records which versions went in',
    examples: composeExamples,
    supportsDryRun: true,
    schema: {
      input: {
        url: z =>
          z
            .string()
            .describe(
              'The library: a folder with one folder for each CI system; relative to the template, or absolute',
            ),
        ciSystem: z =>
          z
            .string()
            .describe(
              'The folder of the library, such as github-actions, gitlab-ci or tekton',
            ),
        language: z =>
          z.string().optional().describe('The language, such as java'),
        runtime: z =>
          z
            .string()
            .optional()
            .describe(
              'The runtime, such as jvm@21; default: what the catalog file says',
            ),
        deployType: z =>
          z
            .string()
            .optional()
            .describe(
              'How it is deployed, such as kubernetes; default: what the catalog file says',
            ),
        complianceLevel: z =>
          z
            .string()
            .optional()
            .describe(
              'The compliance level; default: what the catalog file says',
            ),
        values: z =>
          z
            .record(z.string())
            .optional()
            .describe('What stands for ((name)) in the snippets'),
        targetPath: z =>
          z
            .string()
            .optional()
            .describe(
              'The folder of the workspace that becomes the repository; default the workspace itself',
            ),
      },
      output: {
        path: z =>
          z.string().describe('The file that was written, in the repository'),
        module: z =>
          z.string().describe('The module and its version, name@version'),
        snippets: z =>
          z
            .array(z.object({ id: z.string(), version: z.string() }))
            .describe('Every snippet that went in, and its version'),
      },
    },
    async handler(ctx) {
      const { input, logger } = ctx;
      ctx.signal?.throwIfAborted();
      const target = input.targetPath ?? '.';
      const inTarget = (file: string) =>
        resolveSafeChildPath(ctx.workspacePath, path.join(target, file));
      const library = await ctx.createTemporaryDirectory();
      await fetchContents({
        reader,
        integrations,
        baseUrl: ctx.templateInfo?.baseUrl,
        fetchUrl: input.url,
        outputPath: library,
      });
      const module = await readModule(library, input.ciSystem);
      const said = attributesOf(await readText(inTarget('catalog-info.yaml')));
      const { text, snippets } = assemble({
        module,
        levels,
        values: input.values ?? {},
        attributes: {
          language: input.language,
          runtime: input.runtime ?? said.runtime,
          deployType: input.deployType ?? said.deployType,
          complianceLevel: input.complianceLevel ?? said.complianceLevel,
        },
      });
      const versions = snippets.map(({ id, version }) => ({ id, version }));
      const record = {
        module: module.name,
        version: module.version,
        path: module.path,
        snippets: versions,
      };
      const file = inTarget(module.path);
      const before = await readText(file);
      if (before !== undefined && before !== text) {
        throw new InputError(
          `${module.path} is there already and differs; remove it from the skeleton, or leave out this step`,
        );
      }
      ctx.signal?.throwIfAborted();
      await writeAll([
        { file, text, withFolder: true },
        {
          file: inTarget(SNIPPETS_FILE),
          text: `${JSON.stringify(record, null, 2)}\n`,
        },
      ]);
      logger.info(
        `Wrote ${module.path} from ${module.name}@${module.version}: ${versions
          .map(({ id, version }) => `${id}@${version}`)
          .join(', ')}`,
      );
      ctx.output('path', module.path);
      ctx.output('module', `${module.name}@${module.version}`);
      ctx.output('snippets', versions);
    },
  });
}
