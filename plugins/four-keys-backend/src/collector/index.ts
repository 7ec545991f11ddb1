export { Collector, COLLECTOR_GROUP } from './Collector';
export * from './deadLetters';
export { isUnavailable } from './failures';
export { RecomputeWorker } from './RecomputeWorker';
export { Seal, SIGNATURE_HEADER, withoutPersons } from './seal';
export * from './sourceStats';
export { Housekeeping } from './Housekeeping';
export { readOrMakeSecret } from './secrets';
