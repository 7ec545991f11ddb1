/** A UTF-16 unit, with surrogates moved behind the rest of the basic plane. */
const rank = (unit: number) =>
  unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;

/**
 * "Strings compare by their UTF-8 bytes", which is the order of code points.
 * JavaScript's own `<` compares UTF-16 units and puts an emoji before `ﬁ`.
 *
 * @public
 */
export function compareText(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (difference !== 0) {
      return difference;
    }
  }
  return a.length - b.length;
}

type Key = ReadonlyArray<string | number>;

function compareKeys(a: Key, b: Key): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    const difference =
      typeof left === 'number'
        ? left - Number(right)
        : compareText(left, String(right));
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** A comparator by the parts of a key, the first part first. */
export const by =
  <T>(key: (item: T) => Key) =>
  (a: T, b: T): number =>
    compareKeys(key(a), key(b));

/** The items in order; the argument stays as it is. */
export const sorted = <T>(
  items: Iterable<T>,
  compare: (a: T, b: T) => number,
): T[] => [...items].sort(compare);

/** The items under the key that each has; groups in the order in which they begin. */
export function groupBy<T, K>(
  items: Iterable<T>,
  key: (item: T) => K,
): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) {
      group.push(item);
    } else {
      groups.set(key(item), [item]);
    }
  }
  return groups;
}

/** The least of some numbers; undefined when there is none. */
export const earliest = (times: Iterable<number>): number | undefined => {
  let least: number | undefined;
  for (const time of times) {
    least = least === undefined || time < least ? time : least;
  }
  return least;
};

/** The greatest of some numbers; undefined when there is none. */
export const latest = (times: Iterable<number>): number | undefined => {
  let greatest: number | undefined;
  for (const time of times) {
    greatest = greatest === undefined || time > greatest ? time : greatest;
  }
  return greatest;
};
