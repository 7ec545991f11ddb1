import { createRouteRef } from '@backstage/frontend-plugin-api';

/** The page of the plugin. */
export const rootRouteRef = createRouteRef();

/** The metrics of everything, and of each service. */
export const overviewRouteRef = createRouteRef();

/** The metrics of one component, on its entity page. */
export const entityContentRouteRef = createRouteRef();
