export { Ingest } from './Ingest';
export { PipelineHealthReader } from './PipelineHealthReader';
export { mountRouter } from './router';
export { createScopeResolver } from './scopes';
