import { z } from 'zod/v4';
import { TIME_PROBLEM } from './fields';
import { parseInstant } from './time';

const attribute = z
  .string({
    error: issue =>
      issue.input === undefined || issue.input === null
        ? 'is missing'
        : 'must be a string',
  })
  .min(1, 'must not be empty');

/**
 * The CloudEvents 1.0 attributes that we insist on. Everything else passes
 * through; extension names are checked by {@link validateEvent}.
 *
 * @public
 */
export const eventEnvelopeSchema = z.looseObject({
  specversion: z.literal('1.0', {
    error: issue =>
      issue.input === undefined ? 'is missing' : 'must be "1.0"',
  }),
  id: attribute.describe('Unique within the source, derived from the content'),
  source: attribute.describe('Who says so, a URI reference'),
  type: attribute.describe('Reverse-DNS prefix, family and verb'),
  time: attribute
    .refine(text => parseInstant(text) !== undefined, {
      message: TIME_PROBLEM,
      params: { reason: 'invalid_time' },
    })
    .describe('When the thing happened, RFC 3339 with zone')
    .meta({ format: 'date-time' }),
  subject: z.string().nullish(),
  datacontenttype: z.string().nullish(),
  dataschema: z.string().nullish(),
  correlationid: z
    .string()
    .nullish()
    .describe('The same as data.correlation_id'),
  partitionkey: z
    .string()
    .nullish()
    .describe('Events with one key are read in the order of their arrival'),
  traceparent: z.string().nullish(),
  data: z.record(z.string(), z.unknown(), {
    error: issue =>
      issue.input === undefined || issue.input === null
        ? 'is missing'
        : 'must be a JSON object',
  }),
});

/** A CloudEvent as it travels: structured JSON. @public */
export type EventEnvelope = z.output<typeof eventEnvelopeSchema>;
