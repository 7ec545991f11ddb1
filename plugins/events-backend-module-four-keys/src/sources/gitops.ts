import type { Config } from '@backstage/config';
import {
  isSha,
  readGlobs,
  type SourceContext,
} from '@four-keys/backstage-plugin-four-keys-node/sources';

/** `host/path` of a repository's address, whichever protocol it is written for. */
export function repositoryOf(address: string): string | undefined {
  const [, host, path] =
    /^(?:[a-z+]+:\/\/)?(?:[^@/]+@)?([^/:]+)(?::\d+(?=\/))?[/:](.+?)(?:\.git)?\/?$/i.exec(
      address,
    ) ?? [];
  return host ? `${host}/${path}`.toLowerCase() : undefined;
}

/**
 * Whether a repository holds the code of a service rather than manifests of
 * many: `ownRepositories` says so, or the catalog has the service there. A
 * commit of any other repository is none of the service's.
 */
export function readOwnRepositories(
  config: Config,
  context: SourceContext,
): (address: string, service: string) => boolean {
  const isOwn = readGlobs(config, 'ownRepositories', []);
  return (address, service) => {
    const repository = repositoryOf(address);
    return (
      repository !== undefined &&
      (isOwn(repository) ||
        context.catalog
          .find('backstage.io/source-location', repository)
          .some(one => one.service === service))
    );
  };
}

/** What the reference of an image tells about what is in it. */
export function readImage(image: string): {
  readonly version?: string;
  readonly commitSha?: string;
} {
  const [name, digest] = image.split('@');
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return {
    version: tag ?? digest,
    commitSha: isSha(tag) ? tag : undefined,
  };
}
