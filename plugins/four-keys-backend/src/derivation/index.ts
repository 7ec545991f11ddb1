export { compareEvents, compareText } from './order';
export {
  dirtyBacklog,
  markAllDirty,
  markDirtyIfSettingsChanged,
  rebuild,
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
