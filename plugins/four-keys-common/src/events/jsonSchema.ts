import { z } from 'zod/v4';
import { eventDataSchemas } from './data';
import { eventEnvelopeSchema } from './envelope';
import { EVENT_KINDS } from './types';
import { CONTRACT_MAJOR } from './validate';

/** Where a schema of this contract is found once the documentation is published. */
const SCHEMA_BASE = `https://four-keys.dev/schema/v${CONTRACT_MAJOR}`;

type Schema = Record<string, unknown>;

/** `deployment_id: null` says something here, to no deployment, so the field must be written. */
function acceptNoDeployment(body: Schema): Schema {
  const properties = body.properties as Record<string, Schema>;
  return {
    ...body,
    required: [...(body.required as string[]), 'deployment_id'],
    properties: {
      ...properties,
      deployment_id: {
        ...properties.deployment_id,
        type: ['string', 'number', 'null'],
      },
    },
  };
}

/**
 * The contract as JSON Schema (2020-12), made from the zod description: one
 * file for the envelope and one per kind of event, by file name.
 *
 * The schemas describe what a producer may write. `null`, empty strings and
 * empty lists or objects count as not given and are removed before a reader
 * applies them.
 *
 * @public
 */
export function eventJsonSchemas(): Record<string, Record<string, unknown>> {
  const envelope = z.toJSONSchema(eventEnvelopeSchema, { io: 'input' });
  const files: Record<string, Schema> = {
    'envelope.json': {
      ...envelope,
      $id: `${SCHEMA_BASE}/envelope.json`,
      title: 'CloudEvents envelope',
    },
  };
  for (const kind of EVENT_KINDS) {
    const data = z.toJSONSchema(eventDataSchemas[kind], { io: 'input' });
    const { $schema, ...body } = data as Schema;
    const deploymentOrRun = kind.startsWith('deploy.')
      ? {
          anyOf: [
            { required: ['deployment_id'] },
            { required: ['pipeline_run_id'] },
          ],
        }
      : {};
    const corrected =
      kind === 'incident.linked' ? acceptNoDeployment(body) : body;
    files[`${kind}.json`] = {
      $schema,
      $id: `${SCHEMA_BASE}/${kind}.json`,
      title: kind,
      allOf: [{ $ref: `${SCHEMA_BASE}/envelope.json` }],
      properties: {
        type: {
          type: 'string',
          pattern: `(^|\\.)${kind.replace('.', '\\.')}$`,
        },
        data: { ...corrected, ...deploymentOrRun },
      },
    };
  }
  return files;
}
