import { createServiceFactory } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import eventsPlugin from '@backstage/plugin-events-backend';
import type { EventEnvelope } from '@four-keys/backstage-plugin-four-keys-common';
import { fourKeysEventsServiceRef } from '@four-keys/backstage-plugin-four-keys-node';
import { describeSource } from '@four-keys/backstage-plugin-four-keys-node/testing';
import { createHmac } from 'crypto';
import { readFile } from 'fs/promises';
import { resolve } from 'path';
import request from 'supertest';
import acmeModule, { acmeSource } from './__fixtures__/acmeSource';
import { githubSource } from './sources/github';
import { SourceTypes } from './sources';
import eventsModuleFourKeys from '.';

jest.setTimeout(60_000);

const rollout = {
  id: '77',
  app: 'payments-api',
  stage: 'production',
  ok: true,
  doneAt: '2026-06-10T12:00:00Z',
  by: 'mona',
};

const sign = (body: Buffer, secret: string) => ({
  'x-acme-signature': createHmac('sha256', secret).update(body).digest('hex'),
});

describeSource({
  type: acmeSource,
  sign,
  deliveries: {
    'a rollout': { body: rollout },
    'a rollout that failed': { body: { ...rollout, id: '78', ok: false } },
  },
  ignored: { 'a rollout at no time': { body: { ...rollout, doneAt: 'soon' } } },
  persons: /mona/i,
});

describe('a source that a company adds', () => {
  it('is configured, proven and stored like any other', async () => {
    const published: EventEnvelope[] = [];
    const backend = await startTestBackend({
      features: [
        eventsPlugin,
        eventsModuleFourKeys,
        acmeModule,
        createServiceFactory({
          service: fourKeysEventsServiceRef,
          deps: {},
          factory: () => ({
            publish: async (events: readonly EventEnvelope[]) => {
              published.push(...events);
              return { accepted: events.length, rejected: [] };
            },
          }),
        }),
        mockServices.rootConfig.factory({
          data: {
            fourKeys: {
              sources: [{ type: 'acme', instance: 'eu', secrets: ['s'] }],
            },
          },
        }),
      ],
    });
    try {
      const body = JSON.stringify(rollout);
      const deliver = (secret: string) =>
        request(backend.server)
          .post('/api/events/four-keys/acme/eu')
          .set('content-type', 'application/json')
          .set(sign(Buffer.from(body), secret))
          .send(body);
      expect((await deliver('guessed')).status).toBe(401);
      const { status, body: answer } = await deliver('s');
      expect({ status, answer }).toEqual({
        status: 202,
        answer: { accepted: 1 },
      });
      expect(published).toEqual([
        expect.objectContaining({
          source: '/acme/eu',
          id: 'payments-api/rollout/77',
          type: 'dev.fourkeys.deploy.completed',
        }),
      ]);
    } finally {
      await backend.stop();
    }
  });

  it('must have a type of its own', () => {
    expect(() => new SourceTypes().addSource(githubSource)).toThrow(
      /type "github" already/,
    );
  });

  it('is the one that the documentation shows', async () => {
    const [page, code] = await Promise.all([
      readFile(resolve(__dirname, '../../../docs/sources/your-own.md'), 'utf8'),
      readFile(resolve(__dirname, '__fixtures__/acmeSource.ts'), 'utf8'),
    ]);
    expect(page).toContain(`\`\`\`ts\n${code}\`\`\``);
  });
});
