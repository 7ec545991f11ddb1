export { CatalogIndex, type CatalogService } from './catalogIndex';
export { enrich, serviceOf } from './enrich';
export { Enricher } from './Enricher';
