import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { validateEvent } from '@four-keys/backstage-plugin-four-keys-common';
import fc from 'fast-check';
import {
  readWebhook,
  toEnvelope,
  type SourceContext,
  type SourceEvent,
  type SourceResult,
  type SourceType,
  type WebhookHeaders,
} from '../sources';

/** A webhook as a vendor sends it, without what proves who sends. @public */
export interface Delivery {
  readonly headers?: WebhookHeaders;
  readonly body: unknown;
}

/** How a vendor proves who it is. @public */
export type Sign = (body: Buffer, secret: string) => WebhookHeaders;

/** What the suite needs to know about a source. @public */
export interface SourceHarness {
  readonly type: SourceType;
  /** Settings besides the secrets. */
  readonly settings?: JsonObject;
  /** Undefined where nothing is signed or sent along. */
  readonly sign?: Sign;
  /** Whether the proof covers the body, so that an altered body must fail. */
  readonly coversBody?: boolean;
  /** Whether the vendor lists several proofs, of which one is enough. */
  readonly severalProofs?: boolean;
  /** Deliveries by name, each of which gives at least one event or question. */
  readonly deliveries: Readonly<Record<string, Delivery>>;
  /** Deliveries by name that say nothing to us. */
  readonly ignored?: Readonly<Record<string, Delivery>>;
  /** What never may leave a delivery: names of persons, addresses. */
  readonly persons: RegExp;
  readonly context?: Partial<SourceContext>;
}

/** A source with nothing in the catalog. @public */
export const testContext: SourceContext = {
  instance: 'test',
  canLookUp: true,
  catalog: { find: () => [] },
};

const NOW = Date.UTC(2026, 5, 10, 13);

const bytes = ({ body }: Delivery) => Buffer.from(JSON.stringify(body));

/** Every place within a value, as the keys that lead to it. */
function placesIn(value: unknown): string[][] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [
        [key],
        ...placesIn(inner).map(path => [key, ...path]),
      ])
    : [];
}

function replaced(
  value: unknown,
  path: readonly string[],
  by: unknown,
): unknown {
  if (path.length === 0) {
    return by;
  }
  const [key, ...rest] = path;
  const copy = Array.isArray(value)
    ? [...value]
    : { ...(value as Record<string, unknown>) };
  return Object.assign(copy, {
    [key]: replaced((value as Record<string, unknown>)[key], rest, by),
  });
}

/**
 * What holds for every source, whatever the vendor: who may send, and that
 * what it sends becomes valid events with lasting ids and nothing about
 * persons. What the events say is for the tests of the source itself.
 *
 * @public
 */
export function describeSource(harness: SourceHarness): void {
  const { type, settings = {}, sign, persons } = harness;
  const { coversBody = true, severalProofs = false } = harness;
  const deliveries = Object.entries(harness.deliveries);
  const ignored = Object.entries(harness.ignored ?? {});

  const withSecrets = (...secrets: string[]) =>
    type.fromConfig(
      new ConfigReader(
        secrets.length > 0
          ? { ...settings, secrets }
          : { ...settings, allowUnsigned: true },
      ),
      { ...testContext, ...harness.context },
    );
  const map = ({ headers = {}, body }: Delivery): Promise<SourceResult> =>
    readWebhook(withSecrets(...(sign ? ['current'] : [])), headers, body);

  const eventsOf = (result: SourceResult): readonly SourceEvent[] =>
    'events' in result ? result.events : [];

  describe(`any source, and so ${type.type}`, () => {
    it('is closed without a secret, and says how to open it', () => {
      expect(() =>
        type.fromConfig(new ConfigReader({ ...settings }), testContext),
      ).toThrow(/secrets is missing/);
      expect(() =>
        type.fromConfig(
          new ConfigReader({
            ...settings,
            secrets: ['s'],
            allowUnsigned: true,
          }),
          testContext,
        ),
      ).toThrow(/contradict/);
      const open = withSecrets();
      expect(open.verify({}, Buffer.from('{}'), NOW)).toBe(true);
    });

    it.each(sign ? deliveries.slice(0, 3) : [])(
      'takes %s from who knows a secret, and from nobody else',
      (_, delivery) => {
        const body = bytes(delivery);
        const verify = (proof: WebhookHeaders) =>
          withSecrets('current', 'next').verify(
            { ...delivery.headers, ...proof },
            body,
            NOW,
          );
        const proof = sign!(body, 'current');
        const altered = (alter: (value: string) => string) =>
          Object.fromEntries(
            Object.entries(proof).map(([name, value]) => [
              name,
              alter(value ?? ''),
            ]),
          );
        expect(verify(proof)).toBe(true);
        expect(verify(sign!(body, 'next'))).toBe(true);
        expect(verify(sign!(body, 'other'))).toBe(false);
        expect(verify({})).toBe(false);
        expect(verify(altered(() => ''))).toBe(false);
        expect(verify(altered(value => value.slice(0, -4)))).toBe(false);
        expect(verify(altered(value => `${value}, ${value}x`))).toBe(
          severalProofs,
        );
      },
    );

    const signed = sign && coversBody ? deliveries.slice(0, 3) : [];
    for (const [name, delivery] of signed) {
      it(`takes exactly the bytes of ${name} that were signed`, () => {
        const body = bytes(delivery);
        const verify = (sent: Buffer) =>
          withSecrets('current').verify(
            { ...delivery.headers, ...sign!(body, 'current') },
            sent,
            NOW,
          );
        const altered = Buffer.from(body);
        altered[altered.length >> 1] ^= 1;
        expect(verify(body)).toBe(true);
        expect(verify(altered)).toBe(false);
        expect(verify(body.subarray(0, -1))).toBe(false);
        expect(verify(Buffer.concat([body, Buffer.from(' ')]))).toBe(false);
      });
    }

    it.each(deliveries)(
      'makes valid events of %s, without persons',
      async (...one) => {
        const [, delivery] = one;
        const result = await map(delivery);
        const events = eventsOf(result);
        const lookups = 'events' in result ? result.lookups ?? [] : [];
        expect(result).not.toHaveProperty('ignored');
        expect(events.length + lookups.length).toBeGreaterThan(0);
        for (const event of events) {
          const envelope = toEnvelope(event, {
            source: `/${type.type}/test`,
            typePrefix: 'dev.fourkeys',
          });
          expect(validateEvent(envelope)).toMatchObject({ ok: true });
        }
        expect(JSON.stringify(result)).not.toMatch(persons);
      },
    );

    it('tells the same again in the same words, and another thing under another id', async () => {
      const told = new Map<string, string>();
      for (const [name, { headers = {}, body }] of deliveries) {
        const first = await map({ headers, body });
        const again = await map({
          headers: {
            ...headers,
            'x-github-delivery': 'another',
            'x-gitlab-event-uuid': 'another',
            'x-attempt-number': '2',
          },
          body: JSON.parse(JSON.stringify(body)),
        });
        expect({ name, ...again }).toEqual({ name, ...first });
        for (const event of eventsOf(first)) {
          const text = JSON.stringify(event);
          expect(told.get(event.id) ?? text).toBe(text);
          told.set(event.id, text);
        }
      }
    });

    it.each(ignored)('says why it ignores %s', async (_, delivery) => {
      expect(await map(delivery)).toEqual({
        ignored: expect.stringMatching(/\w{3}/),
      });
    });

    it('never throws, whatever a body holds', async () => {
      const bodies = [...deliveries, ...ignored].map(
        ([, delivery]) => delivery,
      );
      const mutated = fc.constantFrom(...bodies).chain(({ headers, body }) =>
        fc
          .tuple(fc.constantFrom(...placesIn(body), []), fc.jsonValue())
          .map(([path, by]) => ({
            headers,
            body: replaced(body, path, by),
          })),
      );
      await fc.assert(
        fc.asyncProperty(mutated, async delivery => {
          const result = await map(delivery);
          expect(
            'ignored' in result ||
              result.events.length + (result.lookups?.length ?? 0) > 0,
          ).toBe(true);
        }),
        { numRuns: 300 },
      );
    });
  });
}
