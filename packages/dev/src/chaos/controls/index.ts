export * from './deadLetters';
export * from './positions';
export * from './producer';
export * from './store';
export type { Control } from './types';
