export * from './EntityLink';
export * from './useEntityNames';
