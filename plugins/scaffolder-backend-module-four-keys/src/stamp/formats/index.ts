import type { StampedText, StampValues } from '../values';
import { stampDockerfile } from './dockerfile';
import { stampJenkinsfile } from './jenkinsfile';
import { stampManifests } from './kubernetes';
import { stampTekton } from './tekton';
import {
  stampGithubWorkflow,
  stampGitlabPipeline,
  stampHelmValues,
  stampKustomization,
} from './topLevelMap';

/** A kind of file, where it is looked for and how it is stamped. */
export interface Format {
  readonly globs: readonly string[];
  /** @throws InputError naming file and line where it cannot be stamped. */
  readonly stamp: (
    path: string,
    text: string,
    values: StampValues,
  ) => StampedText;
}

/** The names of the formats, the more special ones first: a file has one. */
export const FORMAT_NAMES = [
  'kustomize',
  'helm',
  'githubActions',
  'gitlabCi',
  'tekton',
  'jenkins',
  'docker',
  'kubernetes',
] as const;

export type FormatName = (typeof FORMAT_NAMES)[number];

export const FORMATS: Readonly<Record<FormatName, Format>> = {
  kustomize: {
    globs: ['**/kustomization.{yaml,yml}', '**/Kustomization'],
    stamp: stampKustomization,
  },
  helm: { globs: ['**/values.yaml'], stamp: stampHelmValues },
  githubActions: {
    globs: ['.github/workflows/*.{yaml,yml}'],
    stamp: stampGithubWorkflow,
  },
  gitlabCi: { globs: ['.gitlab-ci.{yaml,yml}'], stamp: stampGitlabPipeline },
  tekton: {
    globs: ['**/{.tekton,tekton}/**/*.{yaml,yml}'],
    stamp: stampTekton,
  },
  jenkins: {
    globs: ['**/Jenkinsfile', '**/Jenkinsfile.*'],
    stamp: stampJenkinsfile,
  },
  docker: {
    globs: [
      '**/{Dockerfile,Containerfile}',
      '**/{Dockerfile,Containerfile}.!(dockerignore)',
      '**/*.{Dockerfile,dockerfile}',
    ],
    stamp: stampDockerfile,
  },
  kubernetes: {
    globs: [
      '**/{k8s,kubernetes,manifests,deploy,deployment,kustomize,base,overlays}/**/*.{yaml,yml}',
    ],
    stamp: stampManifests,
  },
};
