export * from './bands';
export * from './evidence';
export * from './metrics';
export * from './nullStates';
export * from './silence';
