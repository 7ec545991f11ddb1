import { ok, problems } from './common';

// The events themselves are validated one by one, so that one bad event costs
// no other; here they are objects and nothing more.
const anyJson = {} as const;

export const eventPaths = {
  '/events': {
    post: {
      operationId: 'PublishEvents',
      description:
        'Takes CloudEvents in structured, batched or binary mode; at most 500 events and 16 MiB',
      requestBody: {
        required: true,
        content: {
          'application/cloudevents+json': { schema: anyJson },
          'application/cloudevents-batch+json': { schema: anyJson },
          'application/json': { schema: anyJson },
        },
      },
      responses: {
        202: ok('PublishAnswer', 'Every event is accepted and durable'),
        207: ok(
          'PublishAnswer',
          'Some events are rejected, the others durable',
        ),
        ...problems,
      },
    },
  },
} as const;
