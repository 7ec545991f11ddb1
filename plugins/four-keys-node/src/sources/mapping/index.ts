export * from './eventId';
export * from './fields';
export * from './glob';
export * from './reading';
export * from './time';
