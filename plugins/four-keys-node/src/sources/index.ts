/**
 * What a source is, and what sources have in common: ways to prove who sends,
 * ids, times, services and settings.
 *
 * @packageDocumentation
 */
export * from './api';
export * from './authentication';
export * from './envelope';
export * from './extensionPoint';
export * from './mapping';
export * from './port';
export * from './services';
export * from './settings';
