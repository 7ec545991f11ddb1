export { MetricsStore, type MetricsSettings } from './MetricsStore';
export type { MetricsQuestion } from './question';
export type { BandYear } from './bands';
export type { PageRequest } from './page';
export type { TableRequest } from './table';
