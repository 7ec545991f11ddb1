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
import { fourKeysApiRef, FourKeysClient } from './api';
import {
  entityContentRouteRef,
  overviewRouteRef,
  rootRouteRef,
} from './routes';

const api = ApiBlueprint.make({
  params: define =>
    define({
      api: fourKeysApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new FourKeysClient(deps),
    }),
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
  extensions: [api, page, overview, entityContent, entityCard],
});
