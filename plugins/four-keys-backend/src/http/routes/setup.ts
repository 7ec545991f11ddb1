import {
  fourKeysMetricsReadPermission,
  type PipelineSetup,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { Transport } from '@four-keys/backstage-plugin-four-keys-node';
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import { version } from '../../../package.json';
import { query, readMigrations } from '../../database';
import type { Authorizer } from '../../permissions';
import { callerOf } from '../requestContext';

/** GET /pipeline/setup */
export function getSetup(options: {
  readonly knex: Knex;
  readonly transport: Transport;
  readonly authorizer: Authorizer;
  readonly clock: () => number;
  readonly collects: boolean;
}): RequestHandler {
  const { knex, transport, authorizer, clock, collects } = options;
  return async (req, res) => {
    await authorizer.visibleServices(
      callerOf(req),
      fourKeysMetricsReadPermission,
    );
    const [[server], migrations, problem] = await Promise.all([
      query<{ version: string; now: Date }>(
        knex,
        `SELECT current_setting('server_version') AS version, clock_timestamp() AS now`,
      ),
      readMigrations(knex),
      transport.ping().then(
        () => null,
        error => String((error as Error).message),
      ),
    ]);
    const setup: PipelineSetup = {
      version,
      now: new Date(clock()).toISOString(),
      database: {
        version: server.version,
        now: server.now.toISOString(),
        migrations,
      },
      transport: { name: transport.name, problem },
      collects,
    };
    res.json(setup);
  };
}
