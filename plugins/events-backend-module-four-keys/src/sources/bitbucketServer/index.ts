import { reading } from '@four-keys/backstage-plugin-four-keys-node/sources';
import { bitbucketSource } from '../bitbucket';
import { bitbucketServerApi } from './lookUp';
import { mapPullRequest, mapRefsChanged } from './map';
import { pullRequestPayload, refsChangedPayload } from './payload';

/** Bitbucket Data Center: changes; it knows nothing of deployments. */
export const bitbucketServerSource = bitbucketSource({
  type: 'bitbucket-server',
  topic: 'bitbucketServer',
  api: bitbucketServerApi,
  mappers: new Map([
    ['pr:merged', reading(pullRequestPayload, mapPullRequest)],
    ['repo:refs_changed', reading(refsChangedPayload, mapRefsChanged)],
  ]),
});
