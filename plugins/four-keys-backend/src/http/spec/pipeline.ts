import { idParameter, notFound, ok, pageParameters, problems } from './common';

export const pipelinePaths = {
  '/pipeline/health': {
    get: {
      operationId: 'GetPipelineHealth',
      description: 'How the pipeline is, and what to do about it',
      responses: { 200: ok('PipelineHealth', 'The state'), ...problems },
    },
  },
  '/pipeline/setup': {
    get: {
      operationId: 'GetPipelineSetup',
      description:
        'How this instance is set up: versions, clocks, migrations, transport',
      responses: { 200: ok('PipelineSetup', 'The set-up'), ...problems },
    },
  },
  '/pipeline/rebuild': {
    post: {
      operationId: 'RebuildServices',
      description:
        'Derives services anew from their events; with verify nothing is changed, and what is stored differently is told. Ask again with after while next is not null',
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/RebuildRequest' },
          },
        },
      },
      responses: {
        200: ok('RebuildAnswer', 'What was found'),
        ...problems,
      },
    },
  },
  '/dead-letters': {
    get: {
      operationId: 'ListDeadLetters',
      description: 'Records that could not be stored, the latest first',
      parameters: [...pageParameters],
      responses: { 200: ok('DeadLetterPage', 'A page'), ...problems },
    },
  },
  '/dead-letters/replay': {
    post: {
      operationId: 'ReplayDeadLetters',
      description:
        'Sends the records that meet every condition given through the pipeline again, oldest first; those that were sent again before are left alone. Ask again while some remain',
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/DeadLetterSelection' },
          },
        },
      },
      responses: {
        200: ok('DeadLetterReplay', 'What was sent again'),
        ...problems,
      },
    },
  },
  '/pipeline/quarantine/{partition}/release': {
    post: {
      operationId: 'ReleasePartition',
      description:
        'Lets a partition go on that a flood of unusable records has stopped; what waits in it no longer counts as a flood',
      parameters: [
        {
          name: 'partition',
          in: 'path',
          required: true,
          schema: { type: 'integer', minimum: 0, maximum: 2147483647 },
        },
      ],
      responses: {
        200: ok('QuarantineRelease', 'It goes on'),
        404: notFound,
        ...problems,
      },
    },
  },
  '/dead-letters/{id}/replay': {
    post: {
      operationId: 'ReplayDeadLetter',
      description:
        'Sends a record through the pipeline again, its bytes untouched; doing so twice is the same as once',
      parameters: [idParameter],
      responses: {
        200: ok('DeadLetter', 'The dead letter, marked as replayed'),
        404: notFound,
        ...problems,
      },
    },
  },
} as const;
