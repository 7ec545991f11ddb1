export * from './bands';
export * from './metrics';
export * from './nullStates';
export * from './silence';
