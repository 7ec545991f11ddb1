import { Application } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1';
import Ajv from 'ajv';
import { buildSync, stop } from 'esbuild';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Service } from 'kubernetes-models/v1';
import { execFileSync } from 'node:child_process';
import { parse, parseAllDocuments } from 'yaml';
import { inRepository } from '../../repository';
import gitlabSchema from './schemas/gitlab/gitlab-ci.json';
import tektonSchema from './schemas/tekton/pipeline.json';

/**
 * GitHub's own parser of workflows, as one script that checks the text
 * WORKFLOW. The package is for bundlers: Node cannot import it.
 */
function workflowLinter(): string {
  const [{ text }] = buildSync({
    stdin: {
      contents: `
        import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
        const { context } = parseWorkflow({ name: 'workflow', content: WORKFLOW }, new NoOperationTraceWriter());
        const errors = context.errors.getErrors().map(({ message }) => message);
        process.stdout.write(JSON.stringify(errors));`,
      resolveDir: inRepository('packages', 'dev'),
    },
    bundle: true,
    platform: 'node',
    write: false,
  }).outputFiles;
  stop();
  return text;
}

function lintWorkflow(text: string): string[] {
  const answer = execFileSync(process.execPath, ['-'], {
    // Everything in one input: the script is too long for a command line.
    input: `const WORKFLOW = ${JSON.stringify(text)};\n${workflowLinter()}`,
    encoding: 'utf8',
  });
  return JSON.parse(answer);
}

function validator(schema: object): (content: unknown) => string[] {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: false,
  });
  const validate = ajv.compile(schema);
  return content =>
    validate(content)
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message, params }) =>
            `${instancePath} ${message} ${JSON.stringify(params)}`,
        );
}

const validateGitlab = validator(gitlabSchema);
const validateTekton = validator(tektonSchema);

const lintGitlab = (text: string): string[] => validateGitlab(parse(text));

type Model = new (content: never) => { validate(): void };

const MODELS: Readonly<Record<string, Model>> = {
  'apps/v1 Deployment': Deployment,
  'v1 Service': Service,
  'argoproj.io/v1alpha1 Application': Application,
};

/** What the Kubernetes schemas say of every resource in a file. */
export function lintManifests(text: string): string[] {
  return parseAllDocuments(text).flatMap(document => {
    const content = document.toJS();
    const Kind = MODELS[`${content.apiVersion} ${content.kind}`];
    if (!Kind) {
      return [`${content.kind} has no schema here`];
    }
    try {
      new Kind(content as never).validate();
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}

interface TektonTask {
  readonly name?: string;
  readonly runAfter?: readonly string[];
}

/** What the schema says of every resource, and that tasks run after tasks that exist. */
function lintTekton(text: string): string[] {
  return parseAllDocuments(text).flatMap(document => {
    if (document.errors.length > 0) {
      return document.errors.map(({ message }) => message);
    }
    const content = document.toJS();
    const { spec } = content;
    const tasks: TektonTask[] = [
      ...(spec?.tasks ?? spec?.pipelineSpec?.tasks ?? []),
    ];
    const names = tasks.map(({ name }) => name);
    const unknown = tasks
      .flatMap(({ runAfter = [] }) => runAfter)
      .filter(name => !names.includes(name));
    return [
      ...validateTekton(content),
      ...unknown.map(name => `runAfter names ${name}, which is no task`),
    ];
  });
}

/** What the published description of a CI system says of its pipeline. */
export const LINTERS: Readonly<Record<string, (text: string) => string[]>> = {
  'github-actions': lintWorkflow,
  'gitlab-ci': lintGitlab,
  tekton: lintTekton,
};
