export * from './useAnswer';
export * from './useFormatter';
export * from './useView';
export * from './view';
export * from './window';
