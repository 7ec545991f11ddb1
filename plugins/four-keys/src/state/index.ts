export * from './useAnswer';
export * from './useFormatter';
export * from './usePreviousMetrics';
export * from './useView';
export * from './view';
export * from './window';
