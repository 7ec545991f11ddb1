import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  describeSource,
  testContext,
} from '@four-keys/backstage-plugin-four-keys-node/testing';
import { createHmac } from 'crypto';
import { pagerdutySource } from '.';
import { onlyEvent, reasonOf } from '../__testUtils__/onlyEvent';
import { incidentEvent } from './fixtures';

const hmac = (body: Buffer, secret: string) =>
  createHmac('sha256', secret).update(body).digest('hex');

describeSource({
  type: pagerdutySource,
  sign: (body, secret) => ({
    'x-pagerduty-signature': `v1=${hmac(body, secret)}`,
  }),
  severalProofs: true,
  deliveries: {
    'an incident': { body: incidentEvent('incident.triggered') },
    'an incident that is over': { body: incidentEvent('incident.resolved') },
    'an incident that is back': { body: incidentEvent('incident.reopened') },
    'an incident that moved': {
      body: incidentEvent('incident.service_updated'),
    },
  },
  ignored: Object.fromEntries(
    [
      'incident.acknowledged',
      'incident.escalated',
      'incident.reassigned',
      'incident.priority_updated',
      'incident.annotated',
      'pagey.ping',
      'service.updated',
    ].map(type => [type, { body: incidentEvent(type) }]),
  ),
  persons: /mona/i,
});

const source = (settings: JsonObject = {}) =>
  pagerdutySource.fromConfig(
    new ConfigReader({ secrets: ['old', 'new'], ...settings }),
    testContext,
  );
const map = (body: unknown, settings: JsonObject = {}) =>
  onlyEvent(source(settings).map({}, body));

describe('an incident of PagerDuty', () => {
  it('is signed with any secret of the subscription', () => {
    const body = Buffer.from('{}');
    const header = `v1=${hmac(body, 'gone')},v1=${hmac(body, 'new')}`;
    expect(source().verify({ 'x-pagerduty-signature': header }, body, 0)).toBe(
      true,
    );
  });

  it('opens once and has an id of its own for every other time', () => {
    expect(map(incidentEvent('incident.triggered'))).toEqual({
      kind: 'incident.opened',
      id: 'incident/PGR0VU2/opened',
      time: '2026-06-10T12:00:00.123Z',
      data: {
        service_id: 'payments-api',
        incident_id: 'pagerduty/PGR0VU2',
        title: 'Payments are slow',
        url: 'https://acme.pagerduty.com/incidents/PGR0VU2',
        severity: 'P1',
      },
    });
    // Another subscription sends the same event under another id of its own.
    expect(
      map(incidentEvent('incident.triggered', {}, { id: 'other' })),
    ).toEqual(map(incidentEvent('incident.triggered')));
    const at = (occurred_at: string) =>
      map(incidentEvent('incident.resolved', {}, { occurred_at })).id;
    expect(at('2026-06-10T13:00:00.900Z')).toBe(at('2026-06-10T13:00:00Z'));
    expect(at('2026-06-10T13:00:01Z')).not.toBe(at('2026-06-10T13:00:00Z'));
  });

  it('that is merged into another one counts there', () => {
    const merged = incidentEvent('incident.resolved', {
      resolve_reason: {
        type: 'merge_resolve_reason',
        incident: { id: 'POTHER1', type: 'incident_reference' },
      },
    });
    expect(map(merged).data).toMatchObject({
      external: true,
      merged_into: 'pagerduty/POTHER1',
    });
  });

  it('must be urgent enough to open, but always ends', () => {
    const low = { urgency: 'low', priority: null };
    const settings = { urgencies: ['high'] };
    expect(
      reasonOf(
        source(settings).map({}, incidentEvent('incident.triggered', low)),
      ),
    ).toMatch(/urgency is low/);
    expect(map(incidentEvent('incident.resolved', low), settings).kind).toBe(
      'incident.resolved',
    );
    expect(
      map(incidentEvent('incident.triggered', { priority: null })).data,
    ).toMatchObject({ severity: 'high' });
    expect(
      reasonOf(
        source({ priorities: ['P1', 'P2'] }).map(
          {},
          incidentEvent('incident.triggered', { priority: null }),
        ),
      ),
    ).toMatch(/priority is unknown/);
  });
});
