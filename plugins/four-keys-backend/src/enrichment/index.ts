export {
  CatalogIndex,
  domainsBySystem,
  refOf,
  type CatalogService,
} from './catalogIndex';
export { enrich, serviceOf } from './enrich';
export { Enricher } from './Enricher';
