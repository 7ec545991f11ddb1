export * from './metrics';
export * from './facts';
export * from './leadTime';
export * from './pipeline';
export * from './templates';
export * from './whatIf';
export * from './readiness';
export * from './trace';
