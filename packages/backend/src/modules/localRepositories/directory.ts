import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import path from 'path';

/** Told on the event bus when a repository has come or changed. */
export const LOCAL_REPOSITORIES_TOPIC = 'example.local-repositories';

/** What an entity of the catalog is read from in every repository. */
export const CATALOG_FILE = 'catalog-info.yaml';

/**
 * The folder that stands in for a git host in the example app. It is below the
 * root of this repository, unless `example.repositories` says otherwise.
 */
export function readRepositoriesDirectory(config: Config): string {
  return path.resolve(
    config.getOptionalString('example.repositories') ??
      resolvePackagePath('backend', '../../.data/repositories'),
  );
}
