import '@backstage/cli/asset-types';
import {
  ApiBlueprint,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import { createDevApp } from '@backstage/frontend-dev-utils';
import fourKeysPlugin, { fourKeysApiRef } from '../src';
import { recordedApi } from '../src/fixtures';

/** Answers as a backend gives them, without one. */
const recordedAnswers = createFrontendModule({
  pluginId: 'four-keys',
  extensions: [
    ApiBlueprint.make({
      params: define =>
        define({
          api: fourKeysApiRef,
          deps: {},
          factory: () => recordedApi(),
        }),
    }),
  ],
});

createDevApp({ features: [fourKeysPlugin, recordedAnswers] });
