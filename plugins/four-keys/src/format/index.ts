export * from './Formatter';
export * from './viewer';
