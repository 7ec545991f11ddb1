import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { JsonObject } from '@backstage/types';
import type {
  AuditorService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { createTestDatabase } from '@four-keys/dev';
import type { Knex } from 'knex';
import request from 'supertest';
import fourKeysPlugin from '..';

/** An audit event as it ended. */
export interface AuditRecord {
  readonly eventId: string;
  readonly meta: JsonObject | undefined;
  readonly outcome: 'success' | 'failure';
}

/** The plugin in a real backend over a real database. */
export interface TestFourKeys {
  readonly knex: Knex;
  readonly connectionString: string;
  readonly audit: AuditRecord[];
  /** A client of the backend; paths begin with `/api/four-keys`. */
  readonly client: ReturnType<typeof request>;
  stop(): Promise<void>;
}

function recordingAuditor(records: AuditRecord[]): AuditorService {
  return {
    createEvent: async ({ eventId, meta }) => ({
      success: async () => {
        records.push({ eventId, meta, outcome: 'success' });
      },
      fail: async () => {
        records.push({ eventId, meta, outcome: 'failure' });
      },
    }),
  };
}

/** Starts the plugin; stop it when done. */
export async function startFourKeys(
  options: {
    /** The catalog, asked anew at every refresh. */
    readonly entities?: () => Entity[];
    readonly config?: JsonObject;
    readonly permissions?: PermissionsService;
  } = {},
): Promise<TestFourKeys> {
  const database = await createTestDatabase();
  const audit: AuditRecord[] = [];
  const backend = await startTestBackend({
    features: [
      fourKeysPlugin,
      mockServices.database.factory({ knex: database.knex }),
      mockServices.rootConfig.factory({
        data: {
          fourKeys: {
            enrichment: { catalogRefresh: '100ms' },
            ...options.config,
          },
        },
      }),
      createServiceFactory({
        service: catalogServiceRef,
        deps: {},
        factory: () =>
          catalogServiceMock.mock({
            streamEntities: async function* stream() {
              yield options.entities?.() ?? [];
            },
          }),
      }),
      createServiceFactory({
        service: coreServices.auditor,
        deps: {},
        factory: () => recordingAuditor(audit),
      }),
      ...(options.permissions
        ? [
            createServiceFactory({
              service: coreServices.permissions,
              deps: {},
              factory: () => options.permissions!,
            }),
          ]
        : []),
    ],
  });
  return {
    knex: database.knex,
    connectionString: database.connectionString,
    audit,
    client: request(backend.server),
    stop: async () => {
      await backend.stop();
      await database.drop();
    },
  };
}

/** Asks again until the answer is what is waited for, at most two seconds. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isDone: (answer: T) => boolean,
  timeoutMs = 2000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isDone(answer) || Date.now() > deadline) {
      return answer;
    }
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
