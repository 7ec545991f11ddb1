import { ConfigReader } from '@backstage/config';
import {
  VendorClient,
  type SourceResult,
  type SourceType,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import {
  describeSource,
  testContext,
  VendorServer,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { createHmac } from 'crypto';
import { bitbucketCloudSource } from './bitbucketCloud';
import * as cloud from './bitbucketCloud/fixtures';
import { bitbucketServerSource } from './bitbucketServer';
import * as dataCenter from './bitbucketServer/fixtures';

const key = (event: string, body: object) => ({
  headers: { 'x-event-key': event },
  body,
});

const sign = (body: Buffer, secret: string) => ({
  'x-hub-signature': `sha256=${createHmac('sha256', secret)
    .update(body)
    .digest('hex')}`,
});

describeSource({
  type: bitbucketCloudSource,
  sign,
  deliveries: {
    'a merged pull request': key('pullrequest:fulfilled', cloud.fulfilled()),
    'a push': key('repo:push', cloud.push()),
    'a build': key('repo:commit_status_updated', cloud.commitStatus('FAILED')),
  },
  ignored: {
    'a build that runs': key(
      'repo:commit_status_created',
      cloud.commitStatus('INPROGRESS'),
    ),
    'a fork': key('repo:fork', {}),
  },
  persons: /mona/i,
});

describeSource({
  type: bitbucketServerSource,
  sign,
  deliveries: {
    'a merged pull request': key('pr:merged', dataCenter.merged()),
    'a push': key('repo:refs_changed', dataCenter.refsChanged()),
  },
  ignored: {
    'a deleted branch': key(
      'repo:refs_changed',
      dataCenter.refsChanged({}, 'DELETE'),
    ),
    'a merge elsewhere': key('pr:merged', dataCenter.merged('next')),
    'a test': key('diagnostics:ping', { test: true }),
  },
  persons: /mona/i,
});

const map = (
  type: SourceType,
  event: string,
  body: object,
  canLookUp = false,
): SourceResult =>
  type
    .fromConfig(new ConfigReader({ secrets: ['s'] }), {
      ...testContext,
      canLookUp,
    })
    .map({ 'x-event-key': event }, body);

const idsOf = (result: SourceResult) =>
  'events' in result ? result.events.map(({ id }) => id) : result;

describe('Bitbucket Cloud', () => {
  it('tells merges under the short hash that its webhooks have', () => {
    const result = map(
      bitbucketCloudSource,
      'pullrequest:fulfilled',
      cloud.fulfilled(),
    );
    expect(result).toMatchObject({
      events: [
        {
          id: 'acme/payments-api/pr/42/merged/333333333333',
          time: '2026-06-10T12:34:50.654Z',
          data: { commit_sha: '333333333333', pr_id: '42', branch: 'main' },
        },
      ],
    });
  });

  it('tells the commits of a push in their order, and asks for those that are cut off', () => {
    expect(idsOf(map(bitbucketCloudSource, 'repo:push', cloud.push()))).toEqual(
      [
        `acme/payments-api/change/${cloud.HASH.first}`,
        `acme/payments-api/change/${cloud.HASH.second}`,
        `acme/payments-api/change/${cloud.HASH.merge}`,
      ],
    );
    expect(
      map(
        bitbucketCloudSource,
        'repo:push',
        cloud.push({ truncated: true }),
        true,
      ),
    ).toMatchObject({
      lookups: [
        {
          question: {
            about: 'push',
            from: cloud.HASH.before,
            to: cloud.HASH.merge,
          },
        },
      ],
    });
  });

  it('tells builds', () => {
    expect(
      map(
        bitbucketCloudSource,
        'repo:commit_status_updated',
        cloud.commitStatus('STOPPED'),
      ),
    ).toMatchObject({
      events: [
        {
          kind: 'build.completed',
          id: `acme/payments-api/build/PAY-MAIN/${cloud.HASH.merge}/STOPPED/1781095740`,
          data: { status: 'cancelled', commit_sha: cloud.HASH.merge },
        },
      ],
    });
  });
});

describe('Bitbucket Data Center', () => {
  it('tells merges and pushes', () => {
    expect(
      map(bitbucketServerSource, 'pr:merged', dataCenter.merged()),
    ).toMatchObject({
      events: [
        {
          id: `acme/payments-api/pr/42/merged/${dataCenter.HASH.merge}`,
          time: '2026-06-10T12:34:50.000Z',
          data: {
            opened_at: '2026-06-09T08:30:00.000Z',
            repository: 'ACME/payments-api',
          },
        },
      ],
    });
    expect(
      idsOf(
        map(
          bitbucketServerSource,
          'repo:refs_changed',
          dataCenter.refsChanged(),
        ),
      ),
    ).toHaveLength(3);
  });

  it('asks for the commits that old versions do not list', () => {
    expect(
      map(
        bitbucketServerSource,
        'repo:refs_changed',
        dataCenter.refsChanged({ commits: undefined }),
        true,
      ),
    ).toMatchObject({ lookups: [{ question: { about: 'push' } }] });
  });
});

describe('the APIs of both', () => {
  const server = new VendorServer();
  beforeAll(() => server.start());
  afterAll(() => server.stop());

  const answerTo = async (type: SourceType, result: SourceResult) => {
    const source = type.fromConfig(
      new ConfigReader({ secrets: ['s'] }),
      testContext,
    );
    const [lookup] = 'events' in result ? result.lookups ?? [] : [];
    return source.lookUp!(
      lookup.question,
      new VendorClient({ baseUrl: server.url, credentials: async () => ({}) }),
    );
  };

  it('give the whole hash, the commits and the first review of Bitbucket Cloud', async () => {
    const { HASH } = cloud;
    const pages: Record<string, unknown> = {
      '/pullrequests/42': { author: { uuid: '{1}' } },
      '/commit/333333333333': { hash: HASH.merge },
      '/pullrequests/42/commits?pagelen=100': {
        values: [
          { hash: HASH.second, date: '2026-06-09T08:00:00+00:00' },
          {
            hash: HASH.before,
            date: '2026-06-09T07:30:00+00:00',
            parents: [1, 2],
          },
        ],
        next: '/repositories/acme/payments-api/pullrequests/42/commits?page=2',
      },
      '/pullrequests/42/commits?page=2': {
        values: [{ hash: HASH.first, date: '2026-06-09T07:00:00+00:00' }],
      },
      '/pullrequests/42/activity?pagelen=50': {
        values: [
          {
            comment: {
              created_on: '2026-06-09T09:00:00+00:00',
              user: { uuid: '{1}' },
            },
          },
          {
            approval: {
              date: '2026-06-09T11:00:00+00:00',
              user: { uuid: '{2}' },
            },
          },
          { update: {} },
        ],
      },
    };
    server.answer = ({ path }) => {
      const body = pages[path.replace('/repositories/acme/payments-api', '')];
      return body ? { body } : undefined;
    };
    const asked = map(
      bitbucketCloudSource,
      'pullrequest:fulfilled',
      cloud.fulfilled(),
      true,
    );
    expect(await answerTo(bitbucketCloudSource, asked)).toMatchObject({
      events: [
        {
          id: 'acme/payments-api/pr/42/merged/333333333333/commits',
          data: {
            commit_sha: HASH.merge,
            first_review_at: '2026-06-09T11:00:00.000Z',
            commits: [{ sha: HASH.second }, { sha: HASH.first }],
          },
        },
      ],
    });
  });

  it('give the commits of a push to Bitbucket Data Center, page by page', async () => {
    const { HASH } = dataCenter;
    server.answer = ({ path }) => {
      if (path.includes('/pull-requests')) {
        return { body: { values: [], isLastPage: true } };
      }
      return path.endsWith('&start=1')
        ? { body: { values: [{ id: HASH.first }], isLastPage: true } }
        : {
            body: {
              values: [{ id: HASH.second, authorTimestamp: 1780992000000 }],
              isLastPage: false,
              nextPageStart: 1,
            },
          };
    };
    const asked = map(
      bitbucketServerSource,
      'repo:refs_changed',
      dataCenter.refsChanged({ commits: [] }),
      true,
    );
    // Which of them came without a pull request is the next question.
    expect(await answerTo(bitbucketServerSource, asked)).toMatchObject({
      events: [],
      lookups: [
        { key: `acme/payments-api/change/${HASH.first}` },
        { key: `acme/payments-api/change/${HASH.second}` },
      ],
    });
  });
});
