import type { AnnotationMode } from '@four-keys/backstage-plugin-four-keys-common';
import type { PolicyModes, PolicySettings } from './settings';

/** Where nothing is configured: nothing stops before it is on its way to users. */
const DEFAULT_MODES: PolicyModes = {
  default: 'warn',
  staging: 'enforce',
  production: 'enforce',
};

function modeOf(
  modes: PolicyModes | undefined,
  environment: string,
): AnnotationMode | undefined {
  if (modes === undefined || typeof modes === 'string') {
    return modes;
  }
  const name = environment.toLowerCase();
  const [, own] =
    Object.entries(modes).find(([key]) => key.toLowerCase() === name) ?? [];
  return own ?? modes.default;
}

/**
 * The mode of a policy. What the configuration says about this very policy
 * holds; else the mode of the environment, and never more than a warning below
 * the compliance level from which the policy is mandatory.
 */
export function effectiveMode(options: {
  policy: { readonly id: string; readonly mandatoryFrom?: string };
  settings: PolicySettings;
  environment: string;
  level: string;
  levels: readonly string[];
}): AnnotationMode {
  const { policy, settings, environment, level, levels } = options;
  const own = settings.rules?.[policy.id];
  const decided = modeOf(own?.mode, environment);
  if (decided) {
    return decided;
  }
  const mode =
    modeOf(settings.mode, environment) ??
    modeOf(DEFAULT_MODES, environment) ??
    'warn';
  // A level that the company does not have is below its first.
  const from = levels.indexOf(
    own?.mandatoryFrom ?? policy.mandatoryFrom ?? levels[0],
  );
  return mode === 'enforce' && levels.indexOf(level) < from ? 'warn' : mode;
}
