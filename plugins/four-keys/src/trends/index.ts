export * from './points';
export * from './Trends';
