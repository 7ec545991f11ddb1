/** A query parameter of text; the handlers read it further and name it in what they reject. */
export const textParameter = <Name extends string, Description extends string>(
  name: Name,
  description: Description,
) =>
  ({
    name,
    in: 'query',
    required: false,
    // Times and entity refs are written with colons, and a colon needs no escape in a query.
    allowReserved: true,
    description,
    schema: { type: 'string', minLength: 1, maxLength: 300 },
  } as const);

export const serviceParameter = textParameter(
  'service',
  'The raw service_id of the events, or the entity ref of the service',
);

/** The groups of services that a question may be about. */
export const groupParameters = [
  textParameter(
    'team',
    'Entity ref of a team; kind and namespace may be left out',
  ),
  textParameter(
    'system',
    'Entity ref of a system; kind and namespace may be left out',
  ),
  textParameter(
    'domain',
    'Entity ref of a domain; kind and namespace may be left out',
  ),
] as const;

export const scopeParameters = [
  serviceParameter,
  {
    ...groupParameters[0],
    description:
      'Entity ref of a team, or of several with commas between; kind and namespace may be left out',
    // A person may be a member of many.
    schema: { type: 'string', minLength: 1, maxLength: 6000 },
  },
  groupParameters[1],
  groupParameters[2],
  textParameter('template', 'The template that made the service'),
  textParameter('templateVersion', 'Its version; needs template'),
] as const;

export const environmentParameter = textParameter(
  'environment',
  'A tier such as production (the default), or the name of one environment',
);

export const windowParameters = [
  textParameter('from', 'RFC 3339 with zone; default 30 days before to'),
  textParameter(
    'to',
    'RFC 3339 with zone, not in the window any more; default now',
  ),
] as const;

export const timezoneParameter = textParameter(
  'timezone',
  'IANA name of the zone of the buckets; default UTC',
);

export const bucketParameter = {
  name: 'bucket',
  in: 'query',
  required: false,
  description: 'Length of the buckets of the series; default week',
  schema: { type: 'string', enum: ['day', 'week', 'month'] },
} as const;

export const pageParameters = [
  {
    name: 'limit',
    in: 'query',
    required: false,
    description: 'Rows of a page, 1 to 500; default 100',
    schema: { type: 'string', pattern: '^[0-9]{1,3}$' },
  },
  textParameter('cursor', 'nextCursor of the page before'),
] as const;

export const idParameter = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string', minLength: 1, maxLength: 300 },
} as const;

const ref = <Name extends string>(name: Name) =>
  ({ $ref: `#/components/schemas/${name}` } as const);

const json = <Schema>(description: string, schema: Schema) =>
  ({ description, content: { 'application/json': { schema } } } as const);

/** An answer of a route: 200 with the schema of that name. */
export const ok = <Name extends string>(name: Name, description: string) =>
  json(description, ref(name));

/** What any route may answer. */
export const problems = {
  400: json('The request is wrong; the message names the parameter', {
    $ref: '#/components/schemas/Problem',
  } as const),
  401: json('No token, or one that is not valid', {
    $ref: '#/components/schemas/Problem',
  } as const),
  403: json('The token is valid, the permission is lacking', {
    $ref: '#/components/schemas/Problem',
  } as const),
  503: json('The database is away; Retry-After says when to try again', {
    $ref: '#/components/schemas/Problem',
  } as const),
} as const;

export const notFound = json('There is no such thing', {
  $ref: '#/components/schemas/Problem',
} as const);
