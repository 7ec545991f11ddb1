import {
  ApiBlueprint,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
  PageBlueprint,
  SubPageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { RiKey2Line } from '@remixicon/react';
import { z } from 'zod/v4';
import { fourKeysApiRef, FourKeysClient } from './api';
import {
  deploymentsRouteRef,
  entityContentRouteRef,
  healthRouteRef,
  incidentsRouteRef,
  overviewRouteRef,
  rootRouteRef,
  templatesRouteRef,
} from './routes';
import { BUILT_IN_DEFAULTS, pageDefaultsApiRef, WINDOW_DAYS } from './state';

const api = ApiBlueprint.make({
  params: define =>
    define({
      api: fourKeysApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new FourKeysClient(deps),
    }),
});

const pageDefaults = ApiBlueprint.makeWithOverrides({
  name: 'page-defaults',
  configSchema: {
    environment: z.string().min(1).default(BUILT_IN_DEFAULTS.environment),
    days: z.literal([...WINDOW_DAYS]).default(BUILT_IN_DEFAULTS.days),
    environments: z
      .array(z.string().min(1))
      .min(1)
      .default([...BUILT_IN_DEFAULTS.environments]),
  },
  factory: (make, { config }) =>
    make(define =>
      define({
        api: pageDefaultsApiRef,
        deps: {},
        factory: () => config,
      }),
    ),
});

const page = PageBlueprint.make({
  params: {
    path: '/four-keys',
    title: 'Four Keys',
    icon: <RiKey2Line />,
    routeRef: rootRouteRef,
  },
});

const overview = SubPageBlueprint.make({
  name: 'overview',
  params: {
    path: 'overview',
    title: 'Overview',
    routeRef: overviewRouteRef,
    loader: () => import('./overview').then(m => <m.OverviewPage />),
  },
});

const deployments = SubPageBlueprint.make({
  name: 'deployments',
  params: {
    path: 'deployments',
    title: 'Deployments',
    routeRef: deploymentsRouteRef,
    loader: () => import('./pages').then(m => <m.DeploymentsPage />),
  },
});

const incidents = SubPageBlueprint.make({
  name: 'incidents',
  params: {
    path: 'incidents',
    title: 'Incidents',
    routeRef: incidentsRouteRef,
    loader: () => import('./pages').then(m => <m.IncidentsPage />),
  },
});

const templates = SubPageBlueprint.make({
  name: 'templates',
  params: {
    path: 'templates',
    title: 'Templates',
    routeRef: templatesRouteRef,
    loader: () => import('./pages').then(m => <m.TemplatesPage />),
  },
});

const health = SubPageBlueprint.make({
  name: 'health',
  params: {
    path: 'health',
    title: 'Pipeline health',
    routeRef: healthRouteRef,
    loader: () => import('./pages').then(m => <m.HealthPage />),
  },
});

const entityContent = EntityContentBlueprint.make({
  params: {
    path: '/four-keys',
    title: 'Four Keys',
    routeRef: entityContentRouteRef,
    filter: { kind: 'component' },
    loader: () => import('./entity').then(m => <m.EntityFourKeysContent />),
  },
});

const entityCard = EntityCardBlueprint.make({
  params: {
    type: 'info',
    filter: { kind: 'component' },
    loader: () => import('./entity').then(m => <m.EntityFourKeysCard />),
  },
});

/**
 * DORA metrics that explain themselves: a page, a tab and a card for every
 * component.
 *
 * @public
 */
export const fourKeysPlugin = createFrontendPlugin({
  pluginId: 'four-keys',
  title: 'Four Keys',
  icon: <RiKey2Line />,
  info: { packageJson: () => import('../package.json') },
  routes: { root: rootRouteRef, entityContent: entityContentRouteRef },
  extensions: [
    api,
    pageDefaults,
    page,
    overview,
    deployments,
    incidents,
    templates,
    health,
    entityContent,
    entityCard,
  ],
});
