import type { Check } from './check';
import { catalog, pipeline, setup } from './inside';
import { clock, plugin, portal, reporting, token } from './outside';

/** In the order in which one thing needs another. */
export const CHECKS: readonly Check[] = [
  portal,
  plugin,
  clock,
  token,
  reporting,
  setup,
  pipeline,
  catalog,
];
