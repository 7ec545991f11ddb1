/**
 * What tests hold against the model: the cases that must hold, and generated
 * histories. Needs `fast-check`.
 *
 * @packageDocumentation
 */
export * from './history';
export * from '../cases';
export type { ComputeInput } from '../input';
