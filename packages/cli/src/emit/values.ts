import type { FieldFlag } from './fields';

const split = (values: readonly string[]) =>
  values
    .flatMap(value => value.split(','))
    .map(value => value.trim())
    .filter(Boolean);

/** Entries of `commits[]` from `sha` or `sha@time`. */
function commits(values: readonly string[]) {
  return split(values).map(entry => {
    const at = entry.indexOf('@');
    return at < 0
      ? entry
      : { sha: entry.slice(0, at), committed_at: entry.slice(at + 1) };
  });
}

/** The value of a field from what commander read for its flag. */
export function fieldValue(type: FieldFlag['type'], value: unknown): unknown {
  switch (type) {
    case 'list':
      return split(value as string[]);
    case 'commits':
      return commits(value as string[]);
    default:
      return value;
  }
}
