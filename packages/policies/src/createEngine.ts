import { OpaServer } from './engine/OpaServer';
import type { PolicyEngine } from './engine/types';
import { WasmEngine } from './engine/WasmEngine';
import type { PolicySettings } from './settings';

/**
 * The engine that the settings ask for: an OPA server, a bundle of one's own,
 * or the bundle that comes with this package.
 *
 * @throws InputError when the bundle cannot be used.
 * @public
 */
export async function createPolicyEngine(
  settings: Pick<PolicySettings, 'bundle' | 'opa'> = {},
): Promise<PolicyEngine> {
  return settings.opa
    ? new OpaServer(settings.opa)
    : WasmEngine.load(settings.bundle);
}
