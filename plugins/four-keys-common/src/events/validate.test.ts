import { validateEvent } from './validate';
import { parseInstant } from './time';

const NOW = Date.parse('2026-06-11T00:00:00Z');

const change = {
  specversion: '1.0',
  id: 'evt-1',
  source: 'ci',
  type: 'com.company.change.created',
  time: '2026-06-10T12:34:56Z',
  data: { service_id: 'shop', commit_sha: 'A1B2C3D4' } as Record<
    string,
    unknown
  >,
};
const deploy = {
  ...change,
  type: 'com.company.deploy.completed',
  data: {
    service_id: 'shop',
    environment: 'PROD',
    deployment_id: 3,
    status: 'success',
  } as Record<string, unknown>,
};

const withData = (
  event: typeof change,
  data: Record<string, unknown>,
): unknown => ({ ...event, data: { ...event.data, ...data } });

const nested = (depth: number): unknown =>
  depth === 0 ? 1 : { a: nested(depth - 1) };

describe('validateEvent', () => {
  it.each<[string, unknown, string, string | undefined]>([
    ['a list', [], 'not_an_object', undefined],
    ['no id', { ...change, id: undefined }, 'missing_field', 'id'],
    ['an empty id', { ...change, id: '' }, 'missing_field', 'id'],
    ['no source', { ...change, source: null }, 'missing_field', 'source'],
    [
      'another specversion',
      { ...change, specversion: '0.3' },
      'invalid_field',
      'specversion',
    ],
    [
      'a time without zone',
      { ...change, time: '2026-06-10T12:34:56' },
      'invalid_time',
      'time',
    ],
    [
      'a day that does not exist',
      { ...change, time: '2026-02-29T12:34:56Z' },
      'invalid_time',
      'time',
    ],
    [
      'a time a moment too far ahead',
      { ...change, time: '2026-06-11T00:10:00.001Z' },
      'time_in_future',
      'time',
    ],
    [
      'a time in data too far ahead',
      withData(deploy, { finished_at: '2099-01-01T00:00:00Z' }),
      'time_in_future',
      'data.finished_at',
    ],
    [
      'a commit time that is no time',
      withData(deploy, { commits: ['aa', { sha: 'bb', committed_at: 'x' }] }),
      'invalid_time',
      'data.commits.1.committed_at',
    ],
    [
      'a commit without sha',
      withData(deploy, { commits: [{ id: 'bb' }] }),
      'missing_field',
      'data.commits.0.sha',
    ],
    [
      'an extension name with a capital',
      { ...change, traceId: 'x' },
      'invalid_field',
      'traceId',
    ],
    ['an unknown type', { ...change, type: 'a.b' }, 'unknown_type', 'type'],
    [
      'a Tekton type outside its source',
      { ...change, type: 'dev.tekton.event.pipelinerun.successful.v1' },
      'unknown_type',
      'type',
    ],
    [
      'another major version',
      { ...change, dataschema: 'https://four-keys.dev/schema/v2/x.json' },
      'unsupported_version',
      'dataschema',
    ],
    ['no data', { ...change, data: null }, 'missing_field', 'data'],
    [
      'an empty required field',
      withData(change, { commit_sha: '' }),
      'missing_field',
      'data.commit_sha',
    ],
    [
      'an id of 201 characters',
      withData(change, { service_id: 'x'.repeat(201) }),
      'invalid_field',
      'data.service_id',
    ],
    [
      'a deployment without id and run',
      withData(deploy, { deployment_id: null }),
      'missing_field',
      'data.deployment_id',
    ],
    [
      'an outcome that nobody knows',
      withData(deploy, { status: 'ok' }),
      'invalid_field',
      'data.status',
    ],
    [
      'a correction that does not say to what',
      {
        ...change,
        type: 'x.incident.linked',
        data: { service_id: 'a', incident_id: 'b' },
      },
      'missing_field',
      'data.deployment_id',
    ],
    [
      'a NUL character',
      withData(change, { note: 'a\0b' }),
      'forbidden_characters',
      'data.note',
    ],
    [
      'half a surrogate pair',
      withData(change, { note: '\ud800' }),
      'forbidden_characters',
      'data.note',
    ],
    [
      'a key that reaches the prototype',
      withData(change, JSON.parse('{"x": {"__proto__": 1}}')),
      'forbidden_characters',
      'data.x',
    ],
    [
      'nesting of 21 levels',
      withData(change, { deep: nested(19) }),
      'too_deep',
      undefined,
    ],
    [
      'more than 256 KiB',
      withData(change, { log: 'x'.repeat(257 * 1024) }),
      'event_too_large',
      undefined,
    ],
  ])('rejects %s', (_name, event, code, field) => {
    const result = validateEvent(event, { now: NOW });
    if (result.ok) {
      throw new Error('was accepted');
    }
    const { rejection } = result;
    expect({
      code: rejection.code,
      field: field && rejection.field,
      named: rejection.message.includes(field?.split('.').pop() ?? ''),
    }).toEqual({ code, field, named: true });
  });

  it('takes what is odd but right', () => {
    const ok = (event: unknown) => {
      const result = validateEvent(event, { now: NOW });
      return result.ok ? result.event : result.rejection;
    };
    expect(ok({ ...change, time: '2026-06-11T00:10:00Z' })).toHaveProperty(
      'kind',
    );
    expect(ok(withData(change, { deep: nested(17) }))).toHaveProperty('kind');
    expect(
      ok(
        withData(deploy, {
          version: 7,
          kind: 'canary',
          commits: ['AB', null, {}, { sha: 12, committed_at: '' }],
          labels: [],
          started_at: '1970-01-01T00:00:00Z',
        }),
      ),
    ).toMatchObject({
      data: {
        environment: 'prod',
        deployment_id: '3',
        version: '7',
        kind: 'canary',
        commits: [{ sha: 'ab' }, { sha: '12' }],
        started_at: 0,
      },
    });
  });

  it('reads CDEvents as what they mean in the contract', () => {
    const upgraded = {
      ...change,
      type: 'dev.cdevents.service.upgraded.0.2.0',
      data: {
        context: { version: '0.4.1' },
        subject: {
          id: 'shop',
          content: {
            environment: { id: 'Prod-EU' },
            artifactId: 'pkg:oci/shop@9f2c4d1e8b7a6f5e4d3c2b1a0918273645546372',
          },
        },
        customData: { release_id: 'R1' },
      },
    };
    expect(validateEvent(upgraded)).toMatchObject({
      ok: true,
      event: {
        kind: 'deploy.completed',
        data: {
          service_id: 'shop',
          environment: 'prod-eu',
          status: 'success',
          commit_sha: '9f2c4d1e8b7a6f5e4d3c2b1a0918273645546372',
          release_id: 'R1',
        },
      },
    });
    expect(
      validateEvent({ ...change, type: 'dev.cdevents.service.removed.0.2.0' }),
    ).toMatchObject({ ok: false, rejection: { code: 'unknown_type' } });
  });
});

describe('parseInstant', () => {
  it.each([
    ['2026-06-10T12:34:56Z', '2026-06-10T12:34:56.000Z'],
    ['2026-06-10t12:34:56.9999999z', '2026-06-10T12:34:56.999Z'],
    ['2026-06-10T00:30:00.5+02:00', '2026-06-09T22:30:00.500Z'],
    ['2024-02-29T23:59:60Z', '2024-03-01T00:00:00.000Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z'],
    ['0001-01-01T00:00:00+01:00', undefined],
    ['0000-12-31T00:00:00Z', undefined],
    ['9999-12-31T23:59:59-01:00', undefined],
    ['2026-06-10 12:34:56Z', undefined],
    ['2026-06-10T12:34:56', undefined],
    ['2026-06-10T24:00:00Z', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['2026-06-10', undefined],
  ])('reads %s as %s', (text, expected) => {
    const instant = parseInstant(text);
    expect(
      instant === undefined ? undefined : new Date(instant).toISOString(),
    ).toBe(expected);
  });
});
