import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import { CloudEvent, type CloudEventV1, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { createFourKeysEvent } from './createFourKeysEvent';
import { HttpEventsError, parseHttpEvents } from './parseHttpEvents';

const event = createFourKeysEvent({
  kind: 'change.created',
  source: '/ci/tests',
  id: 'change-1',
  time: '2026-06-10T12:34:56Z',
  partitionKey: 'shop',
  data: { service_id: 'shop', commit_sha: 'a1b2c3d4', correlation_id: 'c-1' },
});

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

const problemOf = (headers: Record<string, string>, body: string | Buffer) => {
  try {
    parseHttpEvents(headers, body);
  } catch (error) {
    if (error instanceof HttpEventsError) {
      return [error.statusCode, error.code];
    }
    throw error;
  }
  return undefined;
};

describe('parseHttpEvents', () => {
  it('reads what the CloudEvents SDK sends, structured and binary', () => {
    const sdkEvent = new CloudEvent(event as CloudEventV1<unknown>);
    const structured = HTTP.structured(sdkEvent);
    const binary = HTTP.binary(sdkEvent);
    for (const { headers, body } of [structured, binary]) {
      const lowerCase = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name.toLowerCase(),
          String(value),
        ]),
      );
      const [raw] = parseHttpEvents(lowerCase, String(body));
      expect(raw).toMatchObject(event);
      expect(validateEvent(raw)).toMatchObject({ ok: true });
    }
  });

  it('reads batches, and plain JSON as what it holds', () => {
    const batch = {
      'content-type': 'application/cloudevents-batch+json; charset=UTF-8',
    };
    const plain = { 'content-type': 'application/json' };
    expect(parseHttpEvents(batch, bytes([event, 7, null]))).toEqual([
      event,
      7,
      null,
    ]);
    expect(parseHttpEvents(batch, bytes([]))).toEqual([]);
    expect(parseHttpEvents(plain, bytes(event))).toEqual([event]);
    expect(parseHttpEvents(plain, bytes([event]))).toEqual([event]);
  });

  it('makes nothing up for what a binary event lacks', () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-source': '/caf%C3%A9%20100%25',
      'ce-subject': '100% literal',
      'ce-time': 'yesterday',
      'ce-type': 'x.change.created',
      'ce-__proto__': 'polluted',
    };
    const [raw] = parseHttpEvents(headers, '');
    expect(Object.entries(raw as object).sort()).toEqual([
      ['__proto__', 'polluted'],
      ['datacontenttype', 'application/json'],
      ['source', '/café 100%'],
      ['specversion', '1.0'],
      ['subject', '100% literal'],
      ['time', 'yesterday'],
      ['type', 'x.change.created'],
    ]);
    expect(validateEvent(raw)).toMatchObject({ ok: false });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it.each([
    ['text/plain', '{}', [415, 'unsupported_media_type']],
    ['', '{}', [415, 'unsupported_media_type']],
    ['application/problem+json', '{}', [415, 'unsupported_media_type']],
    ['application/cloudevents+xml', '<e/>', [415, 'unsupported_media_type']],
    [
      'application/json; charset="utf-16"',
      '{}',
      [415, 'unsupported_media_type'],
    ],
    ['application/cloudevents+json', '{', [400, 'not_json']],
    ['application/cloudevents+json', '', [400, 'not_json']],
    [
      'application/cloudevents+json',
      Buffer.from([0x22, 0xff, 0x22]),
      [400, 'not_json'],
    ],
    ['application/cloudevents+json', '[]', [400, 'invalid_request']],
    ['application/cloudevents-batch+json', '{}', [400, 'invalid_request']],
  ])('answers %j with body %s as %j', (type, body, expected) => {
    expect(problemOf({ 'content-type': type }, body)).toEqual(expected);
  });

  it('refuses a binary event whose data is no JSON', () => {
    const headers = { 'ce-id': '1', 'content-type': 'application/xml' };
    expect(problemOf(headers, '<a/>')).toEqual([415, 'unsupported_media_type']);
  });

  it('fails in no other way, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'application/json',
          'application/cloudevents+json',
          'application/cloudevents-batch+json',
          'x',
        ),
        fc.dictionary(
          fc.string().map(name => `ce-${name}`),
          fc.string(),
        ),
        fc.oneof(fc.json(), fc.string(), fc.uint8Array()),
        (type, attributes, body) => {
          const headers = { ...attributes, 'content-type': type };
          const problem = problemOf(headers, body as string);
          expect(problem === undefined || problem.length === 2).toBe(true);
        },
      ),
    );
  });
});

describe('createFourKeysEvent', () => {
  it('makes an event that the contract takes, with the correlation id in both places', () => {
    expect(event).toEqual({
      specversion: '1.0',
      id: 'change-1',
      source: '/ci/tests',
      type: 'dev.fourkeys.change.created',
      time: '2026-06-10T12:34:56.000Z',
      datacontenttype: 'application/json',
      correlationid: 'c-1',
      partitionkey: 'shop',
      data: {
        service_id: 'shop',
        commit_sha: 'a1b2c3d4',
        correlation_id: 'c-1',
      },
    });
    expect(validateEvent(event)).toMatchObject({
      ok: true,
      event: { kind: 'change.created' },
    });
  });

  it.each([
    [{ id: '' }, /id is missing/],
    [{ time: '2026-06-10T12:34:56' }, /time is not an RFC 3339/],
    [{ time: NaN }, /time is NaN/],
    [{ data: { service_id: 'shop' } as never }, /data.commit_sha is missing/],
    [{ prefix: '', subject: 'x\0' }, /subject contains a NUL/],
  ])('names the field that is wrong: %j', (wrong, message) => {
    expect(() =>
      createFourKeysEvent({
        kind: 'change.created',
        source: '/ci/tests',
        id: 'change-1',
        time: 0,
        data: { service_id: 'shop', commit_sha: 'a1' },
        ...wrong,
      }),
    ).toThrow(message);
  });
});
