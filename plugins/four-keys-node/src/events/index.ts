export * from './createFourKeysEvent';
export * from './parseHttpEvents';
export * from './service';
