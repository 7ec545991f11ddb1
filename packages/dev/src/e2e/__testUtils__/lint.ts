import { Application } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1';
import Ajv from 'ajv';
import { buildSync, stop } from 'esbuild';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Service } from 'kubernetes-models/v1';
import { execFileSync } from 'node:child_process';
import { parse, parseAllDocuments } from 'yaml';
import { inRepository } from '../../repository';
import gitlabSchema from './schemas/gitlab-ci.json';

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

function lintGitlab(text: string): string[] {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: false,
  });
  const validate = ajv.compile(gitlabSchema);
  return validate(parse(text))
    ? []
    : (validate.errors ?? []).map(
        ({ instancePath, message }) => `${instancePath} ${message}`,
      );
}

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

/**
 * Tekton publishes no schema that may be used here, so only what can be seen
 * without one is checked, and that is said.
 */
function lintTekton(text: string): string[] {
  process.stderr.write(
    'Tekton pipelines are checked for YAML, API version and the order of tasks alone: no openly licensed schema is at hand\n',
  );
  return parseAllDocuments(text).flatMap(document => {
    if (document.errors.length > 0) {
      return document.errors.map(({ message }) => message);
    }
    const { apiVersion, kind, spec } = document.toJS();
    const tasks: TektonTask[] = [
      ...(spec?.tasks ?? spec?.pipelineSpec?.tasks ?? []),
    ];
    const names = tasks.map(({ name }) => name);
    const unknown = tasks
      .flatMap(({ runAfter = [] }) => runAfter)
      .filter(name => !names.includes(name));
    return [
      ...(/^tekton\.dev\/v1(beta1)?$/.test(apiVersion)
        ? []
        : [`${kind} has the API version ${apiVersion}`]),
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
