import { createApiRef, useApiHolder } from '@backstage/frontend-plugin-api';
import type { WindowDays } from './window';

/** What the pages are about where neither the URL nor the viewer says. */
export interface PageDefaults {
  /** A tier, or one environment's name. */
  readonly environment: string;
  /** How many days back. */
  readonly days: WindowDays;
  /** What the picker of environments offers. */
  readonly environments: readonly string[];
}

export const BUILT_IN_DEFAULTS: PageDefaults = {
  environment: 'production',
  days: 30,
  environments: ['production', 'staging', 'testing', 'development'],
};

/** The defaults that an app has configured. */
export const pageDefaultsApiRef = createApiRef<PageDefaults>().with({
  id: 'plugin.four-keys.page-defaults',
  pluginId: 'four-keys',
});

/** The defaults of this app. */
export const usePageDefaults = (): PageDefaults =>
  useApiHolder().get(pageDefaultsApiRef) ?? BUILT_IN_DEFAULTS;
