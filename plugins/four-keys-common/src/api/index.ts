export * from './metrics';
export * from './facts';
export * from './pipeline';
export * from './whatIf';
export * from './readiness';
export * from './trace';
