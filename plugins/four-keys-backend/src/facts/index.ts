export type { Claim } from './claim';
export {
  readClaims,
  readIncidentClaims,
  readTies,
  type IncidentClaim,
} from './readClaims';
export {
  storeEvents,
  type EventToStore,
  type StoreResult,
} from './storeEvents';
