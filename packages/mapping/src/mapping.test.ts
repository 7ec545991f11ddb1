import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import fc from 'fast-check';
import { compileMapping, PRESETS, type MappingOutcome } from '.';

const RELEASE = {
  when: 'event = "released"',
  type: 'deploy.completed',
  id: '$join([app, env, $string(run)], "/")',
  time: 'finishedAt',
  data: '{"service_id": app, "environment": env, "deployment_id": $string(run), "status": ok ? "success" : "failure", "commit_sha": sha}',
};

const body = {
  event: 'released',
  app: 'payments-api',
  env: 'production',
  run: 12,
  ok: true,
  sha: 'abc1234',
  finishedAt: '2021-04-28 21:50:00 +0200',
};

const compile = (...rules: object[]) => compileMapping(rules, { key: 'map' });

describe('a mapping', () => {
  it('makes an event of what its condition holds for, and the same one each time', async () => {
    const map = compile(RELEASE);
    const outcome = await map(body);
    expect(outcome).toEqual({
      problems: [],
      events: [
        {
          kind: 'deploy.completed',
          id: 'payments-api/production/12',
          time: '2021-04-28T19:50:00.000Z',
          data: {
            service_id: 'payments-api',
            environment: 'production',
            deployment_id: '12',
            status: 'success',
            commit_sha: 'abc1234',
          },
        },
      ],
    });
    expect(await map(body)).toEqual(outcome);
    expect(await map({ ...body, event: 'planned' })).toEqual({
      events: [],
      problems: [],
    });
  });

  it('makes several of one body, each with the whole in sight', async () => {
    const map = compile({
      each: 'apps',
      type: 'deploy.completed',
      id: 'name & "/" & $string($body.run)',
      time: '$body.at',
      data: '{"service_id": name, "environment": $body.env, "deployment_id": $string($body.run), "status": "success"}',
    });
    const { events } = await map({
      apps: [{ name: 'a' }, { name: 'b' }],
      run: 1,
      env: 'qa',
      at: 1781092800,
    });
    expect(events.map(({ id }) => id)).toEqual(['a/1', 'b/1']);
    expect(events[1]).toMatchObject({
      time: '2026-06-10T12:00:00.000Z',
      data: { service_id: 'b', environment: 'qa' },
    });
  });

  it('says which expression gives nothing of use, and goes on with the others', async () => {
    const map = compile(
      RELEASE,
      { ...RELEASE, id: 'nothing' },
      { ...RELEASE, time: '"today"' },
      { ...RELEASE, data: '[1]' },
      { ...RELEASE, data: 'app.$number()' },
    );
    const { events, problems } = await map(body);
    expect(events).toHaveLength(1);
    expect(problems).toEqual([
      expect.stringContaining('map[1].id gives no text'),
      expect.stringContaining('map[2].time gives no time'),
      expect.stringContaining('map[3].data gives no object'),
      expect.stringMatching(/^map\[4\]\.data: /),
    ]);
  });

  it('fills in what is configured, and keeps what an expression gave', async () => {
    const map = compileMapping([RELEASE], {
      key: 'map',
      defaults: { environment: 'x', repository: 'acme/payments' },
    });
    expect((await map(body)).events[0].data).toMatchObject({
      environment: 'production',
      repository: 'acme/payments',
    });
  });

  it.each([
    [{ ...RELEASE, data: '{"a": ' }, /^map\[0\]\.data cannot be read at /],
    [{ ...RELEASE, type: 'deploy.done' }, /^map\[0\]\.type must be one of /],
    [{ ...RELEASE, id: undefined }, /^map\[0\]\.id must be an expression/],
    [{ ...RELEASE, tme: 'a' }, /^map\[0\] .*tme/],
    [{ ...RELEASE, when: '$now() > at' }, /^map\[0\]\.when uses \$now/],
    [{ ...RELEASE, id: '$string($millis())' }, /uses \$millis/],
    [{ ...RELEASE, id: '$string($random())' }, /uses \$random/],
    [{ ...RELEASE, id: '($f := $eval; $f("1"))' }, /uses \$eval/],
    [{ ...RELEASE, when: 'app ~> /(a+)+b/' }, /regular expressions are not/],
  ])('refuses %j and names the key', (rule, message) => {
    expect(() => compile(rule)).toThrow(message);
  });

  it('is stopped when it does not end', async () => {
    const { problems } = await compile({
      ...RELEASE,
      id: '($f := function($n) { $f($n + 1) + 1 }; $string($f(0)))',
    })(body);
    expect(problems).toEqual([expect.stringMatching(/^map\[0\]\.id: /)]);
    const large = await compile({ ...RELEASE, id: '$string([1..9999999])' })(
      body,
    );
    expect(large.problems).toHaveLength(1);
    const slow = await compile({
      ...RELEASE,
      id: '($f := function($n) { $f($n + 1) }; $string($f(0)))',
    })(body);
    expect(slow.problems).toHaveLength(1);
  });

  it('never throws, whatever a body holds', async () => {
    const mappings = [
      compile(RELEASE),
      ...Object.values(PRESETS).map(rules =>
        compileMapping(rules, { key: 'preset' }),
      ),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...mappings),
        fc.jsonValue(),
        async (map, value) => {
          expect(await map(value)).toHaveProperty('events');
        },
      ),
      { numRuns: 100 },
    );
  });
});

function valid({ events, problems }: MappingOutcome) {
  expect(problems).toEqual([]);
  for (const { kind, ...event } of events) {
    const envelope = {
      specversion: '1.0',
      source: '/generic/test',
      type: `dev.fourkeys.${kind}`,
      ...event,
    };
    expect(validateEvent(envelope)).toMatchObject({ ok: true });
  }
  return events;
}

describe('the presets', () => {
  const map = async (name: keyof typeof PRESETS, sent: object) =>
    valid(await compileMapping(PRESETS[name], { key: name })(sent));

  it('read alerts of Grafana', async () => {
    const alert = {
      status: 'firing',
      labels: { alertname: 'Slow', app: 'payments-api', env: 'production' },
      annotations: { summary: 'Payments are slow' },
      startsAt: '2026-06-10T12:00:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      fingerprint: 'c6eadffa33fcdf37',
      generatorURL: 'https://grafana.example.com/alerting/1',
    };
    const over = {
      ...alert,
      status: 'resolved',
      endsAt: '2026-06-10T12:30:00Z',
    };
    const events = await map('grafana', { alerts: [alert, over] });
    expect(events.map(({ kind, time }) => [kind, time])).toEqual([
      ['incident.opened', '2026-06-10T12:00:00.000Z'],
      ['incident.resolved', '2026-06-10T12:30:00.000Z'],
    ]);
    expect(events[0].data).toMatchObject({
      service_id: 'payments-api',
      environment: 'production',
      title: 'Payments are slow',
    });
  });

  it('read monitors of Datadog', async () => {
    const sent = {
      alert_id: '7',
      cycle: '123',
      transition: 'Triggered',
      title: 'Slow',
      priority: 'P1',
      tags: 'env:production,service:payments-api,team:pay',
      date: '1781092800000',
      link: 'https://app.datadoghq.com/monitors/7',
    };
    const [opened] = await map('datadog', sent);
    expect(opened).toMatchObject({
      kind: 'incident.opened',
      time: '2026-06-10T12:00:00.000Z',
      data: { service_id: 'payments-api', environment: 'production' },
    });
    const [resolved] = await map('datadog', {
      ...sent,
      transition: 'Recovered',
    });
    expect(resolved.data.incident_id).toBe(opened.data.incident_id);
    expect(await map('datadog', { ...sent, transition: 'Warn' })).toEqual([]);
  });

  it('read what jobs send to DevLake', async () => {
    const [deployment] = await map('devlake', {
      id: 'run-7',
      startedDate: '2026-06-10T12:00:00+00:00',
      finishedDate: '2026-06-10T12:05:00+00:00',
      result: 'FAILURE',
      environment: 'PRODUCTION',
      deploymentCommits: [
        {
          repoUrl: 'https://github.com/acme/payments-api.git',
          refName: 'main',
          commitSha: 'a'.repeat(40),
        },
      ],
    });
    expect(deployment).toMatchObject({
      id: `deployment/run-7/${'a'.repeat(40)}`,
      time: '2026-06-10T12:05:00.000Z',
      data: { service_id: 'payments-api', status: 'failure' },
    });
    const incident = {
      issueKey: 'I-1',
      type: 'INCIDENT',
      title: 'Slow',
      component: 'payments-api',
      status: 'TODO',
      createdDate: '2026-06-10T12:00:00Z',
    };
    expect(await map('devlake', incident)).toHaveLength(1);
    const done = {
      ...incident,
      status: 'DONE',
      resolutionDate: '2026-06-10T13:00:00Z',
    };
    expect((await map('devlake', done)).map(({ kind }) => kind)).toEqual([
      'incident.opened',
      'incident.resolved',
    ]);
  });

  it('read incidents of ServiceNow, whose times do not say that they are UTC', async () => {
    const sent = {
      sys_id: '9d385017c611228701d22104cc95c371',
      state: 2,
      previous_state: 1,
      cmdb_ci: 'payments-api',
      business_service: '',
      short_description: 'Slow',
      priority: 1,
      sys_created_on: '2026-06-10 12:00:00',
      sys_updated_on: '2026-06-10 12:10:00',
    };
    expect(await map('servicenow', sent)).toMatchObject([
      {
        kind: 'incident.opened',
        id: '9d385017c611228701d22104cc95c371/opened',
        time: '2026-06-10T12:00:00.000Z',
        data: { service_id: 'payments-api', severity: '1' },
      },
    ]);
    const change = (previous_state: unknown, state: unknown) =>
      map('servicenow', { ...sent, previous_state, state });
    expect(await change(2, 6)).toMatchObject([
      { kind: 'incident.resolved', time: '2026-06-10T12:10:00.000Z' },
    ]);
    expect(await change('Resolved', 'Closed')).toEqual([]);
    expect((await change('6', '2')).map(({ kind }) => kind)).toEqual([
      'incident.opened',
      'incident.reopened',
    ]);
  });
});
