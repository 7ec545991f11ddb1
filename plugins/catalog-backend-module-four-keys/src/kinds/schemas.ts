import type { Entity } from '@backstage/catalog-model';

/** The `apiVersion` of the kinds of this module. @public */
export const KINDS_API_VERSION = 'four-keys.dev/v1alpha1';

/**
 * A trained model: what predicts or generates, as the catalog knows a component
 * for what serves.
 *
 * @public
 */
export interface MLModelEntity extends Entity {
  apiVersion: typeof KINDS_API_VERSION;
  kind: 'MLModel';
  spec: {
    type?: string;
    lifecycle: string;
    /** Default kind: Group. */
    owner: string;
    /** Default kind: System. */
    system?: string;
    /** What it was trained on or needs; default kind: DataSet. */
    dependsOn?: string[];
    /** Where others reach it; default kind: API. */
    providesApis?: string[];
  };
}

/**
 * Data that models are trained on or judged by.
 *
 * @public
 */
export interface DataSetEntity extends Entity {
  apiVersion: typeof KINDS_API_VERSION;
  kind: 'DataSet';
  spec: {
    type?: string;
    lifecycle: string;
    /** Default kind: Group. */
    owner: string;
    /** Default kind: System. */
    system?: string;
    /** What it is made from; default kind: DataSet. */
    dependsOn?: string[];
  };
}

const text = (description: string) => ({
  type: 'string',
  minLength: 1,
  description,
});

const refs = (description: string) => ({
  type: 'array',
  items: { type: 'string', minLength: 1 },
  description,
});

const common = {
  type: text('What sort it is, for people to filter by.'),
  lifecycle: text('The lifecycle, such as experimental or production.'),
  owner: text('A reference to the owner; default kind Group.'),
  system: text('A reference to the system it belongs to.'),
};

function kindSchema(
  kind: string,
  description: string,
  properties: Record<string, object>,
) {
  return {
    $schema: 'http://json-schema.org/draft-07/schema',
    $id: `${kind}V1alpha1`,
    description,
    allOf: [
      { $ref: 'Entity' },
      {
        type: 'object',
        required: ['spec'],
        properties: {
          apiVersion: { enum: [KINDS_API_VERSION] },
          kind: { enum: [kind] },
          spec: {
            type: 'object',
            required: ['lifecycle', 'owner'],
            properties,
          },
        },
      },
    ],
  };
}

/** In the form that the catalog reads for its own kinds. */
export const mlModelSchema = kindSchema(
  'MLModel',
  'A trained model: what predicts or generates.',
  {
    ...common,
    dependsOn: refs('What it was trained on or needs; default kind DataSet.'),
    providesApis: refs('The APIs under which it answers; default kind API.'),
  },
);

export const dataSetSchema = kindSchema(
  'DataSet',
  'Data that models are trained on or judged by.',
  {
    ...common,
    dependsOn: refs('What it is made from; default kind DataSet.'),
  },
);
