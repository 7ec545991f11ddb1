export * from './deadLetters';
export * from './letters';
export * from './positions';
export * from './producer';
export * from './store';
export * from './telling';
export type { Control } from './types';
