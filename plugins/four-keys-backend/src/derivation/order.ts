const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;

/**
 * Compares strings by their UTF-8 bytes, as PostgreSQL's collation "C" does.
 * JavaScript's own order differs where a surrogate pair meets a character
 * above it in the basic plane.
 */
export function compareText(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) {
    i += 1;
  }
  if (i === length) {
    return a.length - b.length;
  }
  const x = a.charCodeAt(i);
  const y = b.charCodeAt(i);
  if (isSurrogate(x) !== isSurrogate(y)) {
    return isSurrogate(x) ? 1 : -1;
  }
  return x - y;
}

/** The order in which events overrule each other: the greatest wins. */
export function compareEvents(
  a: { time: number; source: string; id: string },
  b: { time: number; source: string; id: string },
): number {
  return (
    a.time - b.time ||
    compareText(a.source, b.source) ||
    compareText(a.id, b.id)
  );
}

/** The order of deployments. */
export function compareFinished(
  a: { finishedAt: number; id: string; environment: string },
  b: { finishedAt: number; id: string; environment: string },
): number {
  return (
    a.finishedAt - b.finishedAt ||
    compareText(a.id, b.id) ||
    compareText(a.environment, b.environment)
  );
}

/** How many items of a list that is sorted by `key` have a key of at most `limit`. */
export function countUpTo<T>(
  sorted: readonly T[],
  limit: number,
  key: (item: T) => number,
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (key(sorted[middle]) <= limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Adds to the list under a key, starting one where there is none. */
export function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) {
    list.push(value);
  } else {
    map.set(key, [value]);
  }
}
