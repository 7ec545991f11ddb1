export * from './bands';
export * from './comparison';
export * from './evidence';
export * from './metrics';
export * from './nullStates';
export * from './scope';
export * from './series';
export * from './silence';
