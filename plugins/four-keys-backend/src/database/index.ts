export { readMigrations, runMigrations } from './migrations';
export {
  dropOldPartitions,
  ensurePartitions,
  oldestKeptMonth,
} from './partitions';
export { query } from './query';
