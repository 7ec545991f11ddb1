import type { AuditorService } from '@backstage/backend-plugin-api';
import { fourKeysPipelineOperatePermission } from '@four-keys/backstage-plugin-four-keys-common';
import type { Transport } from '@four-keys/backstage-plugin-four-keys-node';
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import { releaseQuarantine } from '../../collector';
import { audited, type Authorizer } from '../../permissions';
import { Problem } from '../problems';
import { callerOf } from '../requestContext';

/** POST /pipeline/quarantine/{partition}/release */
export function releasePartition(options: {
  readonly knex: Knex;
  readonly authorizer: Authorizer;
  readonly auditor: AuditorService;
  readonly transport: Transport;
  readonly clock: () => number;
}): RequestHandler {
  const { knex, authorizer, auditor, transport, clock } = options;
  return audited(auditor, 'quarantine-release', {
    meta: req => ({ partition: req.params.partition }),
    handler: async (req, res) => {
      await authorizer.require(
        callerOf(req),
        fourKeysPipelineOperatePermission,
      );
      const partition = Number(req.params.partition);
      const at = new Date(clock());
      const stoodStill = await releaseQuarantine(knex, {
        transport: transport.name,
        partition,
        at,
      });
      if (!stoodStill) {
        throw new Problem(
          'unknown_quarantine',
          `Partition ${partition} does not stand still; GET /pipeline/health says which do`,
        );
      }
      res.json({ partition, releasedAt: at.toISOString() });
    },
  });
}
