import type { Config } from '@backstage/config';
import { matchesGlob } from '../mapping/glob';

/** What is known about where an event comes from. @public */
export interface ServiceSubject {
  /** The path of the repository, such as `acme/payments-api`, or the application, or the project. */
  readonly container: string;
  /** What the service is called when nothing else tells; default the last part of the container. */
  readonly name?: string;
  readonly environment?: string;
  /** A workflow, a pipeline, a job or a stage. */
  readonly job?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** The files that changed; undefined where the vendor does not say. */
  readonly paths?: readonly string[];
  /** The annotations under which the catalog may know it, the best first. */
  readonly annotations?: ReadonlyArray<
    readonly [annotation: string, value: string]
  >;
}

/** A rule of the configuration: every glob that is given must match. */
export interface ServiceRule {
  readonly container?: string;
  readonly environment?: string;
  readonly job?: string;
  readonly path?: string;
  readonly labels: ReadonlyArray<readonly [name: string, glob: string]>;
  readonly service: string;
}

export function readServiceRules(
  config: Config,
  containerKey: string,
): ServiceRule[] {
  const rules = config.getOptionalConfigArray('services') ?? [];
  return rules.map(rule => {
    const labels = rule.getOptionalConfig('labels');
    return {
      container: rule.getOptionalString(containerKey),
      environment: rule.getOptionalString('environment'),
      job: rule.getOptionalString('job'),
      path: rule.getOptionalString('path'),
      labels: (labels?.keys() ?? []).map(
        name => [name, labels!.getString(name)] as const,
      ),
      service: rule.getString('service'),
    };
  });
}

const matches = (glob: string | undefined, value: string | undefined) =>
  glob === undefined || (value !== undefined && matchesGlob(glob, value));

/** Whether a rule holds for a subject, its files apart. */
function holds(rule: ServiceRule, subject: ServiceSubject): boolean {
  return (
    matches(rule.container, subject.container) &&
    matches(rule.environment, subject.environment) &&
    matches(rule.job, subject.job) &&
    rule.labels.every(([name, glob]) => matches(glob, subject.labels?.[name]))
  );
}

/**
 * The services that the rules name: of each file the first rule that matches
 * it, and without files the first rule that needs none.
 *
 * @returns `paths` when only the files could tell.
 */
export function servicesByRules(
  rules: readonly ServiceRule[],
  subject: ServiceSubject,
): readonly string[] | 'paths' {
  const holding = rules.filter(rule => holds(rule, subject));
  const { paths } = subject;
  if (paths && paths.length > 0) {
    const found = paths.flatMap(path => {
      const rule = holding.find(({ path: glob }) => matches(glob, path));
      return rule ? [rule.service] : [];
    });
    return [...new Set(found)].sort();
  }
  const first = holding.find(({ path }) => path === undefined);
  if (first) {
    return [first.service];
  }
  return holding.length > 0 && paths === undefined ? 'paths' : [];
}
