export * from './metrics';
export * from './facts';
export * from './pipeline';
export * from './whatIf';
