import { InputError } from '@backstage/errors';
import {
  ANNOTATION_COMPLIANCE_LEVEL,
  ANNOTATION_SERVICE_ID,
  DEFAULT_ANNOTATION_RULES,
  type AnnotationMode,
  type AnnotationRules,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { PolicyEngine, PolicyEvaluation } from './engine/types';
import {
  annotationOf,
  policyInput,
  readRepository,
  type Repository,
} from './input/collect';
import { effectiveMode } from './modes';
import type { PolicySettings } from './settings';

/** One place that a policy does not like. @public */
export interface PolicyFinding {
  /** Relative to the repository, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** What came of one policy. @public */
export interface PolicyResult {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  readonly remedy: string;
  readonly mode: AnnotationMode;
  /** `skip`: it is off, or the repository has nothing that it is about. */
  readonly outcome: 'pass' | 'warn' | 'fail' | 'skip';
  readonly findings: readonly PolicyFinding[];
}

/** What came of all of them. @public */
export interface PolicyReport {
  /** The worst outcome of a policy. */
  readonly outcome: 'pass' | 'warn' | 'fail';
  readonly environment: string;
  readonly level: string;
  readonly serviceId?: string;
  readonly policies: readonly PolicyResult[];
  /** Files that no policy saw, and why. */
  readonly leftAlone: Repository['leftAlone'];
}

const DEFAULT_ENVIRONMENT = 'production';

function levelOf(
  repository: Repository,
  given: string | undefined,
  levels: readonly string[],
): string {
  const level =
    given ?? annotationOf(repository, ANNOTATION_COMPLIANCE_LEVEL) ?? levels[0];
  if (given !== undefined && !levels.includes(level)) {
    throw new InputError(
      `The compliance level is "${level}", it must be one of ${levels.join(
        ', ',
      )}`,
    );
  }
  return level;
}

function outcomeOf(
  mode: AnnotationMode,
  { applies, findings }: PolicyEvaluation,
): PolicyResult['outcome'] {
  if (mode === 'off' || !applies) {
    return 'skip';
  }
  if (findings.length === 0) {
    return 'pass';
  }
  return mode === 'enforce' ? 'fail' : 'warn';
}

function locate(
  repository: Repository,
  {
    file,
    line,
    document = 0,
    path = [],
    message,
  }: PolicyEvaluation['findings'][number],
): PolicyFinding {
  const source = repository.sources.find(one => one.file.path === file);
  return { file, line: line ?? source?.lineOf(document, path) ?? 1, message };
}

function byPlace(a: PolicyFinding, b: PolicyFinding): number {
  if (a.file === b.file) {
    return a.line - b.line;
  }
  return a.file < b.file ? -1 : 1;
}

/** The worst outcome of a policy. */
function worstOf(policies: readonly PolicyResult[]): PolicyReport['outcome'] {
  const severity = ['fail', 'warn'] as const;
  return (
    severity.find(one => policies.some(({ outcome }) => outcome === one)) ??
    'pass'
  );
}

/**
 * Checks a repository, or what is to become one, against every policy. Reads
 * and never writes.
 *
 * @throws InputError naming file, line or setting that is wrong.
 * @public
 */
export async function checkPolicies(options: {
  engine: PolicyEngine;
  /** The folder of the repository. */
  root: string;
  settings?: PolicySettings;
  /** Where it will run; default `settings.environment`, else `production`. */
  environment?: string;
  /** Default: what the catalog file says, else the least demanding one. */
  level?: string;
  /** What the template was given. */
  parameters?: Readonly<Record<string, unknown>>;
  /** Default `catalog-info.yaml`, where there is one. */
  catalogFile?: string;
  /** Globs of files that are not looked at. */
  exclude?: readonly string[];
  /** As in `fourKeys.catalog`. */
  rules?: AnnotationRules;
  signal?: AbortSignal;
}): Promise<PolicyReport> {
  const { engine, settings = {}, signal } = options;
  const rules = options.rules ?? DEFAULT_ANNOTATION_RULES;
  const levels = rules.complianceLevels;
  const environment =
    options.environment ?? settings.environment ?? DEFAULT_ENVIRONMENT;
  const repository = await readRepository(options);
  const level = levelOf(repository, options.level, levels);
  const evaluations = await engine.evaluate(
    policyInput(repository, { ...options, level, environment, rules }),
    { signal },
  );
  requireKnown(settings, evaluations);
  const policies = evaluations.map((evaluation): PolicyResult => {
    const { id, title, reason, remedy, findings } = evaluation;
    const mode = effectiveMode({
      policy: evaluation,
      settings,
      environment,
      level,
      levels,
    });
    const outcome = outcomeOf(mode, evaluation);
    return {
      ...{ id, title, reason, remedy, mode, outcome },
      findings:
        outcome === 'skip'
          ? []
          : findings.map(one => locate(repository, one)).sort(byPlace),
    };
  });
  return {
    outcome: worstOf(policies),
    environment,
    level,
    serviceId:
      annotationOf(repository, ANNOTATION_SERVICE_ID) ??
      repository.entities.find(({ entity }) => entity.kind === 'Component')
        ?.entity.metadata.name,
    policies,
    leftAlone: repository.leftAlone,
  };
}

/** A misspelt policy would otherwise be enforced as before, and nobody notices. */
function requireKnown(
  settings: PolicySettings,
  evaluations: readonly PolicyEvaluation[],
) {
  const ids = evaluations.map(({ id }) => id);
  const unknown = Object.keys(settings.rules ?? {}).find(
    id => !ids.includes(id),
  );
  if (unknown !== undefined) {
    throw new InputError(
      `fourKeys.policies.rules.${unknown} names no policy of the bundle, which has ${ids.join(
        ', ',
      )}`,
    );
  }
}
