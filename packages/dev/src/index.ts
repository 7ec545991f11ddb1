export { findFreePort, isPortFree, requireFreePort } from './net/ports';
export {
  startPostgres,
  type PostgresOptions,
  type PostgresServer,
} from './postgres/server';
export { createTestDatabase, type TestDatabase } from './postgres/testDatabase';
