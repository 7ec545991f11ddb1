import { asThePageSays } from './asThePageSays';
import { basePath } from './basePath';
import type { Scenario } from './types';
import { variations } from './variations';

export type { Scenario, Site } from './types';

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = [
  asThePageSays,
  basePath,
  ...variations,
];
