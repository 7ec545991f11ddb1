import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { opsgenieSource } from '.';
import { onlyEvent, reasonOf } from '../__testUtils__/onlyEvent';
import { alertAction } from './fixtures';

describeSource({
  type: opsgenieSource,
  sign: (_body, secret) => ({ 'x-four-keys-token': secret }),
  coversBody: false,
  deliveries: {
    'an alert': { body: alertAction('Create') },
    'an alert that is over': { body: alertAction('Close') },
    'an alert that is gone': { body: alertAction('Delete') },
  },
  ignored: {
    'an alert that somebody saw': { body: alertAction('Acknowledge') },
    'an alert with a note': { body: alertAction('AddNote') },
    'an end without a time': {
      body: alertAction('Close', { updatedAt: null }),
    },
  },
  persons: /mona/i,
});

const source = (settings: JsonObject = {}) =>
  opsgenieSource.fromConfig(new ConfigReader({ secrets: ['s'], ...settings }), {
    ...testContext,
    catalog: {
      find: (annotation, value) =>
        annotation === 'opsgenie.com/component-selector' &&
        value === 'tag:"checkout"'
          ? [{ service: 'checkout-api', explicit: false }]
          : [],
    },
  });
const map = (body: unknown, settings: JsonObject = {}) =>
  onlyEvent(source(settings).map({}, body));

describe('an alert of Opsgenie', () => {
  it('opens and ends under the same incident', () => {
    expect(map(alertAction('Create'))).toEqual({
      kind: 'incident.opened',
      id: 'alert/052652ac-5d1c-464a-812a-7dd18bbfba8c/create',
      time: '2026-06-10T12:00:00.000Z',
      data: {
        service_id: 'payments-api',
        incident_id: 'opsgenie/052652ac-5d1c-464a-812a-7dd18bbfba8c',
        title: 'Payments are slow',
        severity: 'P1',
        environment: 'production',
      },
    });
    expect(map(alertAction('Close'))).toMatchObject({
      kind: 'incident.resolved',
      time: '2026-06-10T13:00:00.000Z',
    });
  });

  it.each([
    1781092800,
    1781092800000,
    1781092800000000,
    1781092800000000000,
    '1781092800000',
    '2026-06-10T12:00:00Z',
  ])('created at %s is the same moment', createdAt => {
    expect(map(alertAction('Create', { createdAt })).time).toBe(
      '2026-06-10T12:00:00.000Z',
    );
  });

  it('belongs to the tag that says so, else to the catalog, a rule or its entity', () => {
    const service = (tags: string[], settings: JsonObject = {}) =>
      map(alertAction('Create', { tags }), settings).data.service_id;
    expect(service(['service:a'])).toBe('a');
    expect(service(['checkout'])).toBe('checkout-api');
    expect(service([])).toBe('payments');
    expect(
      service(['team:x'], {
        services: [{ labels: { team: 'x' }, service: 'shop' }],
      }),
    ).toBe('shop');
  });

  it('is no incident without its priority or tag', () => {
    const open = (settings: JsonObject) =>
      reasonOf(source(settings).map({}, alertAction('Create')));
    expect(open({ priorities: ['P5'] })).toMatch(/priority/);
    expect(open({ tags: ['incident'] })).toMatch(/tags/);
    expect(map(alertAction('Close'), { priorities: ['P5'] }).kind).toBe(
      'incident.resolved',
    );
  });
});
