import type { AuditorService } from '@backstage/backend-plugin-api';
import {
  fourKeysPipelineOperatePermission,
  type RebuildAnswer,
  type RebuildRequest,
  type ServiceDrift,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import {
  rebuildEach,
  type DerivationSettings,
  type RebuiltService,
} from '../../derivation';
import { audited, type Authorizer } from '../../permissions';
import { callerOf } from '../requestContext';

/** A caller asks again for what is left. */
const ENOUGH_MS = 10_000;
const MOST_EXAMPLES = 3;

function summarise({ service, differences }: RebuiltService): ServiceDrift {
  const tables = [...new Set(differences.map(({ table }) => table))];
  return {
    service,
    tables: tables.map(table => {
      const own = differences.filter(found => found.table === table);
      const missing = own.filter(({ stored }) => stored === null).length;
      const surplus = own.filter(({ expected }) => expected === null).length;
      const different = own.length - missing - surplus;
      return { table, missing, surplus, different };
    }),
    examples: differences
      .slice(0, MOST_EXAMPLES)
      .map(({ table, expected, stored }) => ({ table, expected, stored })),
  };
}

/** POST /pipeline/rebuild */
export function rebuildServices(options: {
  readonly knex: Knex;
  readonly settings: DerivationSettings;
  readonly authorizer: Authorizer;
  readonly auditor: AuditorService;
  readonly clock: () => number;
}): RequestHandler {
  const { knex, settings, authorizer, auditor, clock } = options;
  return audited(auditor, 'rebuild', {
    meta: req => ({ verify: req.body.verify, after: req.body.after ?? null }),
    handler: async (req, res) => {
      await authorizer.require(
        callerOf(req),
        fourKeysPipelineOperatePermission,
      );
      const { verify, after }: RebuildRequest = req.body;
      const deadline = clock() + ENOUGH_MS;
      const answer: RebuildAnswer = {
        services: 0,
        pending: 0,
        drift: [],
        next: null,
      };
      const each = rebuildEach({ knex, settings, verify, after });
      for await (const rebuilt of each) {
        answer.services += 1;
        answer.pending += rebuilt.pending ? 1 : 0;
        if (rebuilt.differences.length > 0) {
          answer.drift.push(summarise(rebuilt));
        }
        if (clock() >= deadline) {
          answer.next = rebuilt.service;
          break;
        }
      }
      res.json(answer);
    },
  });
}
