import { ConfigReader } from '@backstage/config';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { createHmac } from 'crypto';
import { genericSource } from '.';

const map = [
  {
    when: 'event = "released"',
    type: 'deploy.completed',
    id: '$join([app, env, $string(run)], "/")',
    time: 'finishedAt',
    data: '{"service_id": app, "environment": env, "deployment_id": $string(run), "status": ok ? "success" : "failure"}',
  },
];

const release = {
  event: 'released',
  app: 'payments-api',
  env: 'production',
  run: 7,
  ok: true,
  finishedAt: '2026-06-10T12:00:00Z',
  by: 'mona',
};

describeSource({
  type: genericSource,
  settings: { map, hmac: { header: 'X-Signature', encoding: 'base64' } },
  sign: (body, secret) => ({
    'x-signature': createHmac('sha256', secret).update(body).digest('base64'),
  }),
  deliveries: {
    'a release': { body: release },
    'a release that failed': { body: { ...release, run: 8, ok: false } },
  },
  ignored: {
    'something else': { body: { event: 'planned' } },
    'a release at no time': { body: { ...release, finishedAt: 'soon' } },
  },
  persons: /mona/i,
});

const create = (settings: object) =>
  genericSource.fromConfig(
    new ConfigReader({ secrets: ['s'], ...settings }),
    testContext,
  );

describe('a generic source', () => {
  it('knows its sender by a header, a bearer token or a signature', () => {
    const verify = (settings: object, headers: Record<string, string>) =>
      create(settings).verify(headers, Buffer.from('{}'), 0);
    expect(verify({ map, header: 'X-Token' }, { 'x-token': 's' })).toBe(true);
    expect(verify({ map }, { authorization: 'Bearer s' })).toBe(true);
    expect(verify({ map }, { 'x-token': 's' })).toBe(false);
    const hmac = { header: 'X-Sig', algorithm: 'sha512', prefix: 'sha512=' };
    const signature = createHmac('sha512', 's').update('{}').digest('hex');
    expect(verify({ map, hmac }, { 'x-sig': `sha512=${signature}` })).toBe(
      true,
    );
    expect(verify({ map, hmac }, { 'x-sig': signature })).toBe(false);
  });

  it('says why the only rule that holds gives nothing', async () => {
    const body = { ...release, finishedAt: 'soon' };
    expect(await create({ map }).mapAsync?.({}, body)).toEqual({
      ignored: expect.stringContaining('map[0].time'),
    });
  });

  it('takes the rules of a preset, and what is configured besides', async () => {
    const body = {
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'Slow' },
          startsAt: '2026-06-10T12:00:00Z',
          fingerprint: 'c6',
        },
      ],
    };
    const source = create({
      preset: 'grafana',
      defaults: { service_id: 'shop' },
    });
    expect(await source.mapAsync?.({}, body)).toMatchObject({
      events: [{ kind: 'incident.opened', data: { service_id: 'shop' } }],
    });
  });

  it.each([
    [{}, 'map or preset is required'],
    [{ map, preset: 'grafana' }, 'only one of them'],
    [{ preset: 'nagios' }, 'preset is "nagios", it must be one of datadog'],
    [{ map, hmac: { header: 'a', algorithm: 'md5' } }, 'algorithm is "md5"'],
    [{ map, header: 'a', hmac: { header: 'a' } }, 'exclude each other'],
    [{ map: [{ ...map[0], id: '$eval("1")' }] }, 'map[0].id uses $eval'],
  ])('refuses %j', (settings, message) => {
    expect(() => create(settings)).toThrow(message);
  });
});
