import { ConfigReader } from '@backstage/config';
import {
  toEnvelope,
  type SourceType,
  type WebhookHeaders,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { testContext } from '@four-keys/backstage-plugin-four-keys-node/testing';
import { compute } from '@four-keys/model';
import fc from 'fast-check';
import { githubSource } from './github';
import * as github from './github/fixtures';
import { gitlabSource } from './gitlab';
import * as gitlab from './gitlab/fixtures';

interface Delivery {
  readonly headers: WebhookHeaders;
  readonly body: unknown;
}

const named = (event: string, body: object): Delivery => ({
  headers: { 'x-github-event': event },
  body,
});

const status = (id: number, state: string, at: string, sha: string) =>
  named('deployment_status', {
    ...github.deploymentStatus,
    deployment: { ...github.deploymentStatus.deployment, id, sha },
    deployment_status: {
      ...github.deploymentStatus.deployment_status,
      state,
      created_at: at,
    },
  });

const GITHUB: readonly Delivery[] = [
  named('push', github.push),
  named('pull_request', github.pullRequest),
  status(76, 'success', '2026-06-08T12:00:00Z', github.SHA.direct),
  status(77, 'in_progress', '2026-06-10T12:41:00Z', github.SHA.merge),
  status(77, 'success', '2026-06-10T12:50:12Z', github.SHA.merge),
  status(78, 'failure', '2026-06-10T15:00:00Z', github.SHA.merge),
  named('workflow_run', github.workflowRun()),
  named('issues', github.issue('opened')),
  named('issues', github.issue('closed')),
];

const GITLAB: readonly Delivery[] = [
  gitlab.push,
  gitlab.mergeRequest(),
  gitlab.deployment('success', {
    deployment_id: 14,
    status_changed_at: '2026-06-08 12:00:00 UTC',
  }),
  gitlab.deployment('running', {
    status_changed_at: '2026-06-10 12:45:00 UTC',
  }),
  gitlab.deployment('success'),
  gitlab.pipeline('success'),
  gitlab.incident('open'),
  gitlab.incident('close'),
].map(body => ({ headers: {}, body }));

/** The numbers that come of deliveries in this order. */
function numbersOf(
  type: SourceType,
  settings: object,
  deliveries: readonly Delivery[],
) {
  const source = type.fromConfig(
    new ConfigReader({ secrets: ['s'], ...settings }),
    { ...testContext, canLookUp: false },
  );
  const events = deliveries.flatMap(({ headers, body }) => {
    const result = source.map(headers, body);
    return 'events' in result
      ? result.events.map(event => ({
          ...toEnvelope(event, {
            source: `/${type.type}/test`,
            typePrefix: 'dev.fourkeys',
          }),
        }))
      : [];
  });
  return compute({
    now: '2026-07-01T00:00:00Z',
    events,
    queries: [
      {
        service: 'Payments-API',
        from: '2026-06-01T00:00:00Z',
        to: '2026-07-01T00:00:00Z',
      },
    ],
  });
}

describe.each([
  ['GitHub', githubSource, { incidentLabels: ['incident'] }, GITHUB],
  ['GitLab', gitlabSource, {}, GITLAB],
] as const)('the webhooks of %s', (_, type, settings, stream) => {
  it('give the same numbers in any order and told any number of times', () => {
    const expected = numbersOf(type, settings, stream);
    const [{ deployments, incidents }] = expected;
    expect(deployments.length).toBeGreaterThan(1);
    expect(incidents).toHaveLength(1);
    const told = fc
      .tuple(
        fc.shuffledSubarray([...stream], { minLength: stream.length }),
        fc.shuffledSubarray([...stream]),
      )
      .chain(([all, again]) =>
        fc.shuffledSubarray([...all, ...again], {
          minLength: all.length + again.length,
        }),
      );
    fc.assert(
      fc.property(told, deliveries => {
        expect(numbersOf(type, settings, deliveries)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});
