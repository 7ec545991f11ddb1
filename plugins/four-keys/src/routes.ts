import { createRouteRef } from '@backstage/frontend-plugin-api';

/** The page of the plugin. */
export const rootRouteRef = createRouteRef();

/** The metrics of everything, and of each service. */
export const overviewRouteRef = createRouteRef();

/** What was deployed, day by day. */
export const deploymentsRouteRef = createRouteRef();

/** Incidents and the deployments that they are blamed on. */
export const incidentsRouteRef = createRouteRef();

/** How templates are used, and what becomes of what they make. */
export const templatesRouteRef = createRouteRef();

/** How the pipeline is that feeds the numbers. */
export const healthRouteRef = createRouteRef();

/** The metrics of one component, on its entity page. */
export const entityContentRouteRef = createRouteRef();
