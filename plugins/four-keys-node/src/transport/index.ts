export * from './createTransport';
export * from './port';
export type { ConnectionSource } from './postgres/Doorbell';
export * from './phases';
