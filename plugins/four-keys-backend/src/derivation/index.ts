export { compareEvents, compareText } from './order';
export { rebuild, rebuildEach, type RebuiltService } from './rebuild';
export {
  dirtyBacklog,
  markAllDirty,
  markDirtyIfSettingsChanged,
  recomputeDirty,
} from './recompute';
export {
  compileTiers,
  DEFAULT_ENVIRONMENTS,
  DEFAULT_TIER,
  tierOf,
  type DerivationSettings,
  type Place,
} from './settings';
export type { Difference } from './writeRows';
