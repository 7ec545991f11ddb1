export { Collector, COLLECTOR_GROUP } from './Collector';
export * from './deadLetters';
export { isUnavailable } from './failures';
export { RecomputeWorker } from './RecomputeWorker';
export { RecentEvents } from './RecentEvents';
export { Seal, SIGNATURE_HEADER, withoutPersonsIn } from './seal';
export * from './sourceStats';
export { Housekeeping } from './Housekeeping';
export { readOrMakeSecret } from './secrets';
