export * from './deadLetters';
export * from './positions';
export * from './producer';
export type { Control } from './types';
