export { findFreePort, isPortFree, requireFreePort } from './net/ports';
export {
  startPostgres,
  type PostgresOptions,
  type PostgresServer,
} from './postgres/server';
export { createTestDatabase, type TestDatabase } from './postgres/testDatabase';
export {
  startKafka,
  type KafkaOptions,
  type KafkaServer,
} from './kafka/broker';
export { describeWithKafka } from './kafka/describeWithKafka';
export type { BrokerSettings } from './kafka/properties';
export {
  buildPolicyBundle,
  hashPolicies,
  POLICIES,
  POLICY_BUNDLE,
  POLICY_HASHES,
} from './opa/bundle';
export { describeWithOpa } from './opa/describeWithOpa';
export { startOpa, type OpaTestServer } from './opa/server';
