import { compute } from './compute';

it('answers the two events of the contract with 916 seconds', () => {
  const [answer] = compute({
    now: '2026-11-20T00:00:00Z',
    events: [
      {
        specversion: '1.0',
        id: 'evt-1234',
        source: 'backstage.scaffolder',
        type: 'com.company.change.created',
        time: '2026-06-10T12:34:56Z',
        data: {
          commit_sha: 'a1b2c3d4',
          pr_id: 42,
          template_id: 'springboot-service-v2',
          service_id: 'payments-api',
          initiator: 'alice@example.com',
        },
      },
      {
        specversion: '1.0',
        id: 'evt-5678',
        source: 'ci.pipeline',
        type: 'com.company.deploy.completed',
        time: '2026-06-10T12:50:12Z',
        data: {
          pipeline_run_id: 'run-9876',
          deployment_id: 'deploy-5432',
          commit_sha: 'a1b2c3d4',
          service_id: 'payments-api',
          environment: 'staging',
          status: 'success',
        },
      },
    ],
    queries: [
      {
        service: 'payments-api',
        environment: 'staging',
        from: '2026-06-01T00:00:00Z',
        to: '2026-07-01T00:00:00Z',
        bucket: 'week',
        timezone: 'Europe/Berlin',
      },
    ],
  });
  expect(answer.metrics.leadTime.value).toBe(916);
});
