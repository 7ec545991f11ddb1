export { runMigrations } from './migrations';
export { dropOldPartitions, ensurePartitions } from './partitions';
export { query } from './query';
