import { matchesGlob } from './glob';

/** What is known about where an event comes from. */
export interface ServiceSubject {
  /** The path of the repository, such as `acme/payments-api`. */
  readonly repository: string;
  readonly environment?: string;
}

/** Finds the service of an event; undefined: ask the next one. Never waits. */
export type ServiceResolver = (subject: ServiceSubject) => string | undefined;

/** A rule of the configuration. */
export interface ServiceRule {
  readonly repository: string;
  readonly environment?: string;
  readonly service: string;
}

export function resolveByRules(rules: readonly ServiceRule[]): ServiceResolver {
  return ({ repository, environment }) =>
    rules.find(
      rule =>
        matchesGlob(rule.repository, repository) &&
        (rule.environment === undefined ||
          (environment !== undefined &&
            matchesGlob(rule.environment, environment))),
    )?.service;
}

/** The last resort: the name of the repository. */
export const resolveByRepositoryName: ServiceResolver = ({ repository }) =>
  repository.split('/').pop();

/** Asks one after the other. */
export function firstOf(...resolvers: ServiceResolver[]): ServiceResolver {
  return subject => {
    for (const resolve of resolvers) {
      const service = resolve(subject);
      if (service) {
        return service;
      }
    }
    return undefined;
  };
}
