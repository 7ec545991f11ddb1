import { parseComputeInput } from './input';

const query = { from: '2026-06-01T00:00:00Z', to: '2026-07-01T00:00:00Z' };
const input = (rest: object) => ({
  now: '2026-07-20T00:00:00Z',
  events: [],
  queries: [query],
  ...rest,
});
const event = {
  specversion: '1.0',
  id: '1',
  source: 'ci',
  type: 'dev.fourkeys.change.created',
  time: '2026-06-10T12:34:56Z',
  data: { service_id: 'api', commit_sha: 'a' },
};

const complaints: Array<[string, unknown, string]> = [
  ['no object', [], 'must be an object'],
  [
    'no now',
    input({ now: undefined }),
    'now: is missing; must be an RFC 3339 date-time',
  ],
  [
    'a time without a zone',
    input({ now: '2026-07-20T00:00:00' }),
    'now: "2026-07-20T00:00:00" is not an RFC 3339 date-time with a zone',
  ],
  [
    'an unknown time zone',
    input({ queries: [{ ...query, timezone: 'Mars/Base' }] }),
    'queries.0.timezone: "Mars/Base" is no time zone; use an IANA name such as Europe/Berlin',
  ],
  [
    'an unknown bucket',
    input({ queries: [{ ...query, bucket: 'year' }] }),
    'queries.0.bucket: "year" is no bucket; use day, week, month',
  ],
  [
    'from after to',
    input({ queries: [{ from: query.to, to: query.from }] }),
    'queries.0.from: lies after to',
  ],
  [
    'two scopes',
    input({ queries: [query, { ...query, service: 'a', team: 'b' }] }),
    'queries.1: asks for service and team; a query has one scope at most',
  ],
  [
    'a version of no template',
    input({ queries: [{ ...query, templateVersion: '1' }] }),
    'queries.0.templateVersion: needs a template beside it',
  ],
  [
    'a misspelt field of a query',
    input({ queries: [{ ...query, timzone: 'UTC' }] }),
    'queries.0: has no "timzone"; it knows service',
  ],
  [
    'an event without a sha',
    input({ events: [event, { ...event, data: { service_id: 'api' } }] }),
    'events.1.data.commit_sha: is missing',
  ],
  [
    'an event that is none',
    input({ events: ['deployed'] }),
    'events.0: An event must be a JSON object',
  ],
  [
    'a year without bands',
    input({ config: { bandYear: 2020 } }),
    'config.bandYear: 2020 is no year with bands; use one of 2019, 2021, 2022, 2023, 2024',
  ],
  [
    'a window in words',
    input({ config: { failureWindowSeconds: '4h' } }),
    'config.failureWindowSeconds: "4h" must be a number of seconds',
  ],
  [
    'a table that is none',
    input({ config: { environments: { 'prod-*': 'production' } } }),
    'config.environments: {"prod-*":"production"} must be a list of [glob, tier]',
  ],
  [
    'a service twice in the catalog',
    input({ catalog: [{ service: 'api' }, { service: 'api' }] }),
    'catalog.1.service: "api" is listed already',
  ],
  [
    'an owner without a beginning',
    input({ catalog: [{ service: 'api', owners: [{ owner: 'a' }] }] }),
    'catalog.0.owners.0.from: is missing',
  ],
];

describe('parseComputeInput', () => {
  it.each(complaints)('refuses %s', (_, bad, message) => {
    expect(() => parseComputeInput(bad)).toThrow(message);
  });

  it('names every problem at once', () => {
    const bad = input({ queries: [{ ...query, bucket: 'year' }], now: 1 });
    expect(() => parseComputeInput(bad)).toThrow(
      expect.objectContaining({
        name: 'ComputeInputError',
        problems: [
          { path: 'now', message: '1 must be an RFC 3339 date-time' },
          {
            path: 'queries.0.bucket',
            message: '"year" is no bucket; use day, week, month',
          },
        ],
      }),
    );
  });

  it('fills in the defaults, takes null for not given, and no clock', () => {
    const parsed = parseComputeInput(
      input({
        config: { environments: null, failureWindowSeconds: 0 },
        catalog: null,
        events: [{ ...event, time: '2099-01-01T00:00:00Z' }],
        queries: [{ ...query, service: null, timezone: null }],
      }),
    );
    expect(parsed.settings).toMatchObject({
      failureWindowMs: 0,
      incidentSource: null,
      bandYear: 2024,
    });
    expect(parsed.settings.environments).toContainEqual([
      'production*',
      'production',
    ]);
    expect(parsed.queries).toEqual([
      {
        scope: { by: 'fleet' },
        environment: 'production',
        from: Date.parse(query.from),
        to: Date.parse(query.to),
        timezone: 'UTC',
        bucket: 'day',
      },
    ]);
  });
});
