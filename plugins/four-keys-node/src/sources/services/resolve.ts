import type { Config } from '@backstage/config';
import { matchesAnyGlob } from '../mapping/glob';
import type { CatalogedService, SourceContext } from '../port';
import {
  readServiceRules,
  servicesByRules,
  type ServiceRule,
  type ServiceSubject,
} from './rules';

/**
 * Whose event it is. `unclear` says why nobody can be named: `paths` when the
 * changed files would tell.
 *
 * @public
 */
export type ServiceAnswer =
  | { readonly services: readonly string[] }
  | { readonly unclear: 'paths' | 'several' | 'none'; readonly reason: string };

/** Finds the services of an event. Never waits. @public */
export type ServiceResolver = (subject: ServiceSubject) => ServiceAnswer;

const names = (services: readonly CatalogedService[]) => [
  ...new Set(services.map(({ service }) => service)),
];

const NO_SERVICE: ServiceAnswer = {
  unclear: 'none',
  reason: 'no service of the repository has any of the changed files',
};

/** Tells the services of one repository apart by the files that changed. */
function byPaths(
  candidates: readonly CatalogedService[],
  paths: readonly string[],
): ServiceAnswer {
  const found = new Set<string>();
  const rest = candidates.filter(({ paths: globs }) => globs === undefined);
  for (const path of paths) {
    const owners = candidates.filter(
      ({ paths: globs }) => globs && matchesAnyGlob(globs, path),
    );
    // What belongs to nobody in particular belongs to who claims no files.
    for (const { service } of owners.length > 0 ? owners : rest) {
      found.add(service);
    }
  }
  return found.size > 0 ? { services: [...found].sort() } : NO_SERVICE;
}

function byCatalog(
  candidates: readonly CatalogedService[],
  paths: readonly string[] | undefined,
): ServiceAnswer {
  // The place of an entity's file tells services apart, but a repository of
  // one service is its own with all its files unless somebody wrote otherwise.
  const known =
    names(candidates).length > 1
      ? candidates
      : candidates.map(one =>
          one.explicit ? one : { ...one, paths: undefined },
        );
  if (known.every(one => one.paths === undefined)) {
    return names(known).length === 1
      ? { services: names(known) }
      : {
          unclear: 'several',
          reason: `ambiguous_service: the catalog has ${names(known)
            .sort()
            .join(
              ', ',
            )} for it; tell them apart by four-keys.dev/paths or by rules`,
        };
  }
  if (paths && paths.length > 0) {
    return byPaths(known, paths);
  }
  // Of a repository with one service, everything but changes is its own.
  return names(known).length === 1
    ? { services: names(known) }
    : {
        unclear: 'paths',
        reason: `ambiguous_service: only the changed files tell ${names(known)
          .sort()
          .join(', ')} apart`,
      };
}

/** Rules first, then the catalog, then the name. @public */
export function createServiceResolver(options: {
  readonly rules: readonly ServiceRule[];
  readonly catalog: SourceContext['catalog'];
}): ServiceResolver {
  const { rules, catalog } = options;
  return subject => {
    const ruled = servicesByRules(rules, subject);
    if (ruled === 'paths') {
      return {
        unclear: 'paths',
        reason: 'ambiguous_service: the rules need the changed files',
      };
    }
    if (ruled.length > 0) {
      return { services: ruled };
    }
    for (const [annotation, value] of subject.annotations ?? []) {
      const candidates = catalog.find(annotation, value);
      if (candidates.length > 0) {
        return byCatalog(candidates, subject.paths);
      }
    }
    const name = subject.name ?? subject.container.split('/').pop();
    return name ? { services: [name] } : NO_SERVICE;
  };
}

/**
 * Reads `services` of a source.
 *
 * @param containerKey - what the container is called in its rules, such as
 * `repository` or `application`
 * @throws InputError that names the key which cannot be used.
 * @public
 */
export function readServiceResolver(
  config: Config,
  context: SourceContext,
  containerKey: string,
): ServiceResolver {
  return createServiceResolver({
    rules: readServiceRules(config, containerKey),
    catalog: context.catalog,
  });
}
