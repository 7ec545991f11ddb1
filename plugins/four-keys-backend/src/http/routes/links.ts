import { createHash } from 'node:crypto';
import type {
  AuditorService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import {
  fourKeysIncidentsCorrectPermission,
  fourKeysMetricsReadPermission,
  formatInstant,
} from '@four-keys/backstage-plugin-four-keys-common';
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import { z } from 'zod/v4';
import { audited, type Authorizer } from '../../permissions';
import type { Ingest } from '../Ingest';
import { Problem } from '../problems';
import { callerOf } from '../requestContext';
import { findService } from '../scopes';

/** How long the caller waits for the numbers to follow, in milliseconds. */
const APPLY_TIMEOUT_MS = 3000;
const APPLY_POLL_MS = 50;

const correctionSchema = z.object({
  service: z.string(),
  deploymentId: z.string().min(1).nullable(),
  environment: z
    .string()
    .transform(name => name.toLowerCase())
    .optional(),
  reason: z.string().optional(),
});

type Correction = z.output<typeof correctionSchema>;

interface LinkedIncident {
  link_method: string;
  link_environment: string | null;
  link_deployment_id: string | null;
}

export interface LinkOptions {
  readonly knex: Knex;
  readonly ingest: Ingest;
  readonly authorizer: Authorizer;
  readonly auditor: AuditorService;
  readonly typePrefix: string;
  readonly clock: () => number;
}

async function findIncident(
  knex: Knex,
  service: string,
  incidentId: string,
): Promise<LinkedIncident | undefined> {
  return knex<LinkedIncident & { service: string; incident_id: string }>(
    'incidents',
  )
    .where({ service, incident_id: incidentId })
    .first('link_method', 'link_environment', 'link_deployment_id');
}

async function requireDeployment(
  knex: Knex,
  service: string,
  { deploymentId, environment }: Correction,
): Promise<void> {
  if (deploymentId === null) {
    return;
  }
  const found = await knex('deployments')
    .where({ service, id: deploymentId, status: 'success' })
    .modify(query => {
      if (environment !== undefined) {
        query.where(place => {
          place.where({ environment }).orWhere({ tier: environment });
        });
      }
    })
    .first('id');
  if (!found) {
    throw new Problem(
      'unknown_deployment',
      `Service ${service} has no successful deployment ${deploymentId}${
        environment === undefined ? '' : ` in ${environment}`
      }; GET /deployments lists them`,
    );
  }
}

/** Who corrects, to stand beside the correction: it overrules what events say. */
function nameOf({ principal }: BackstageCredentials): {
  corrected_by?: string;
} {
  const { userEntityRef, subject } = principal as {
    userEntityRef?: string;
    subject?: string;
  };
  const name = userEntityRef ?? subject;
  return name === undefined ? {} : { corrected_by: name };
}

/** POST /incidents/{id}/link */
export function correctLink(options: LinkOptions): RequestHandler {
  const { knex, ingest, authorizer, auditor, typePrefix, clock } = options;

  const isApplied = async (
    service: string,
    incidentId: string,
    { deploymentId, environment }: Correction,
  ) => {
    const incident = await findIncident(knex, service, incidentId);
    return (
      incident?.link_method === 'corrected' &&
      incident.link_deployment_id === deploymentId &&
      (deploymentId === null ||
        environment === undefined ||
        incident.link_environment === environment)
    );
  };

  const waitUntilApplied = async (
    ...args: Parameters<typeof isApplied>
  ): Promise<boolean> => {
    const deadline = Date.now() + APPLY_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (await isApplied(...args)) {
        return true;
      }
      await new Promise(resolve => setTimeout(resolve, APPLY_POLL_MS));
    }
    return false;
  };

  return audited(auditor, 'incident-link', {
    meta: req => ({
      incident: req.params.id,
      service: req.body?.service ?? null,
      deployment: req.body?.deploymentId ?? null,
      environment: req.body?.environment ?? null,
    }),
    handler: async (req, res) => {
      const caller = callerOf(req);
      await authorizer.require(caller, fourKeysIncidentsCorrectPermission);
      const visible = await authorizer.visibleServices(
        caller,
        fourKeysMetricsReadPermission,
      );
      const correction = correctionSchema.parse(req.body);
      const incidentId = req.params.id;
      const service = (await findService(knex, correction.service))?.service;
      if (service !== undefined && visible !== null && !visible.has(service)) {
        throw await authorizer.deny(
          caller,
          fourKeysMetricsReadPermission.name,
          {
            service,
          },
        );
      }
      if (
        service === undefined ||
        !(await findIncident(knex, service, incidentId))
      ) {
        throw new Problem(
          'unknown_incident',
          `There is no incident ${incidentId} of service ${correction.service}; one that was sent just now may take a moment`,
        );
      }
      await requireDeployment(knex, service, correction);

      const now = clock();
      const data = {
        service_id: service,
        incident_id: incidentId,
        deployment_id: correction.deploymentId,
        ...(correction.environment && { environment: correction.environment }),
        ...(correction.reason && { reason: correction.reason }),
        ...nameOf(caller.credentials),
      };
      const time = formatInstant(now);
      await ingest.publishOwn({
        specversion: '1.0',
        id: createHash('sha256')
          .update(JSON.stringify([data, time]))
          .digest('hex')
          .slice(0, 32),
        source: 'four-keys.api',
        type: `${typePrefix}.incident.linked`,
        time,
        data,
      });
      const applied = await waitUntilApplied(service, incidentId, correction);
      res.status(applied ? 200 : 202).json({ accepted: 1, applied });
    },
  });
}
