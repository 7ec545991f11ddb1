import { reading } from '@four-keys/backstage-plugin-four-keys-node/sources';
import { bitbucketSource } from '../bitbucket';
import { bitbucketCloudApi } from './lookUp';
import { mapCommitStatus, mapPullRequest, mapPush } from './map';
import {
  commitStatusPayload,
  pullRequestPayload,
  pushPayload,
} from './payload';

const onStatus = reading(commitStatusPayload, mapCommitStatus);

/** Bitbucket Cloud: changes and builds; it has no webhook for deployments. */
export const bitbucketCloudSource = bitbucketSource({
  type: 'bitbucket-cloud',
  topic: 'bitbucketCloud',
  api: bitbucketCloudApi,
  mappers: new Map([
    ['pullrequest:fulfilled', reading(pullRequestPayload, mapPullRequest)],
    ['repo:commit_status_created', onStatus],
    ['repo:commit_status_updated', onStatus],
    ['repo:push', reading(pushPayload, mapPush)],
  ]),
});
