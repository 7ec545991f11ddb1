import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { alertmanagerSource } from '.';
import { allEvents, reasonOf } from '../__testUtils__/onlyEvent';
import { alert, group, resolved } from './fixtures';

describeSource({
  type: alertmanagerSource,
  sign: (_body, secret) => ({ authorization: `Bearer ${secret}` }),
  coversBody: false,
  deliveries: {
    'an alert': { body: group([alert()]) },
    'an alert that is over': { body: group([resolved]) },
  },
  ignored: {
    'the alert that always fires': {
      body: group([alert({}, { alertname: 'Watchdog' })]),
    },
    'a warning': { body: group([alert({}, { severity: 'warning' })]) },
    'an alert without severity': {
      body: group([alert({}, { severity: undefined })]),
    },
    'an empty group': { body: group([]) },
  },
  persons: /mona/i,
});

const source = (settings: JsonObject = {}) =>
  alertmanagerSource.fromConfig(
    new ConfigReader({ secrets: ['s'], ...settings }),
    testContext,
  );
const map = (body: unknown, settings: JsonObject = {}) =>
  allEvents(source(settings).map({}, JSON.parse(JSON.stringify(body))));

describe('a group of Alertmanager', () => {
  it('mixes what is new with what was told before, and each keeps its id', () => {
    const other = alert({ fingerprint: 'd2' }, { service: 'orders-api' });
    const [first] = map(group([alert()]));
    const both = map(
      group([other, alert()], { externalURL: 'http://alertmanager-1:9093' }),
    );
    expect(both).toHaveLength(2);
    expect(both[1]).toEqual(first);
    expect(first).toEqual({
      kind: 'incident.opened',
      id: 'alert/c1c0b4a1e0a7d5f3/2026-06-10T12%3A00%3A00.5Z/firing',
      time: '2026-06-10T12:00:00.500Z',
      data: {
        service_id: 'payments-api',
        incident_id: 'alertmanager/c1c0b4a1e0a7d5f3/2026-06-10T12:00:00.5Z',
        title: 'Payments fail',
        severity: 'page',
        environment: 'production',
      },
    });
    expect(map(group([resolved]))[0]).toMatchObject({
      kind: 'incident.resolved',
      time: '2026-06-10T12:20:00.000Z',
      data: { incident_id: first.data.incident_id },
    });
  });

  it('is another incident each time that an alert starts', () => {
    const again = alert({ startsAt: '2026-06-10T13:00:00Z' });
    const ids = map(group([alert(), again])).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });

  it('tells what of it says nothing', () => {
    expect(
      reasonOf(source().map({}, group([], { truncatedAlerts: 3 }))),
    ).toMatch(/max_alerts/);
    expect(map(group([alert({}, { severity: 'info' }), alert()]))).toHaveLength(
      1,
    );
  });

  it('finds service, environment and severity where they are configured', () => {
    const labels = { service: undefined, env: undefined, job: 'orders' };
    const [event] = map(group([alert({}, { ...labels, severity: 'sev1' })]), {
      severities: ['sev*'],
      serviceLabels: ['job'],
      environmentLabels: ['stage'],
    });
    expect(event.data).toMatchObject({ service_id: 'orders' });
    expect(event.data).not.toHaveProperty('environment');
    const [byRule] = map(group([alert({}, labels)]), {
      services: [{ alert: 'High*', service: 'shop' }],
    });
    expect(byRule.data.service_id).toBe('shop');
  });
});
