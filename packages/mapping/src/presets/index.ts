import type { MappingRule } from '../rules';
import { datadog } from './datadog';
import { devlake } from './devlake';
import { grafana } from './grafana';
import { serviceNow } from './serviceNow';

/** Rules for bodies that many have, by the name of what sends them. @public */
export const PRESETS = {
  datadog,
  devlake,
  grafana,
  servicenow: serviceNow,
} as const satisfies Record<string, readonly MappingRule[]>;

/** @public */
export type PresetName = keyof typeof PRESETS;
