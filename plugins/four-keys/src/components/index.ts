export * from './BandMark';
export * from './Controls';
export * from './ErrorPanel';
export * from './Explanations';
export * from './FirstSteps';
export * from './MetricTiles';
export * from './Sparkline';
export * from './WindowNote';
