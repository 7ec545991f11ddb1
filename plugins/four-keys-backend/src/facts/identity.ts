import { hash } from 'node:crypto';

/** The first 16 bytes of a sha256, written as a uuid: what PostgreSQL compares fastest. */
function shortHash(text: string): string {
  const hex = hash('sha256', text, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(
    12,
    16,
  )}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** The identity of an event: the same for every delivery of it. */
export function identityOf(event: { source: string; id: string }): string {
  return shortHash(`${event.source}\0${event.id}`);
}

/** JSON in which the order of keys does not show. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(item => canonicalJson(item ?? null)).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const object = value as Record<string, unknown>;
    const fields = Object.keys(object)
      .filter(key => object[key] !== undefined)
      .sort()
      .map(key => `${JSON.stringify(key)}:${canonicalJson(object[key])}`);
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/**
 * Tells a second delivery of an event from another event under its identity.
 * Each delivery may belong to a trace of its own.
 */
export function payloadHash(envelope: object): string {
  return shortHash(
    canonicalJson({
      ...envelope,
      traceparent: undefined,
      tracestate: undefined,
    }),
  );
}
