export { observePipeline } from './observePipeline';
export { PipelineMetrics, type StoredBatch } from './PipelineMetrics';
export { metricsServiceRef } from './platform';
