import type { NamedCase } from './build';
import { changeCases } from './changes';
import { deploymentCases } from './deployments';
import { edgeCases } from './edges';
import { incidentCases } from './incidents';
import { rollbackCases } from './rollbacks';
import { scopeCases } from './scopes';

export { readPath, type NamedCase } from './build';

/**
 * The cases that must hold on every implementation, in the order of their
 * names. Case 20 is about viewers, of whom `compute` knows nothing.
 *
 * @public
 */
export const namedCases: readonly NamedCase[] = [
  ...deploymentCases,
  ...changeCases,
  ...edgeCases,
  ...incidentCases,
  ...rollbackCases,
  ...scopeCases,
].sort((a, b) => (a.name < b.name ? -1 : 1));
