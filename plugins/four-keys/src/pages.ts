/**
 * The pages beside the overview, which are loaded together: what they share is
 * more than what is each one's own.
 */
export { DeploymentsPage } from './deployments';
export { HealthPage } from './health';
export { IncidentsPage } from './incidents';
export { TemplatesPage } from './templates';
