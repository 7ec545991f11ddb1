/**
 * How many letters must be inserted, removed, replaced or swapped with their
 * neighbour to turn one word into the other.
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}

const plain = (word: string) => word.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * The candidate that somebody who wrote `word` probably meant; undefined when
 * none is near. Case, dashes, dots and underscores count for nothing.
 */
export function suggest(
  word: string,
  candidates: readonly string[],
): string | undefined {
  const wanted = plain(word).slice(0, 100);
  const tolerance = Math.max(1, Math.floor(wanted.length / 3));
  const ranked = candidates
    .map(candidate => ({
      candidate,
      distance: editDistance(wanted, plain(candidate)),
    }))
    .sort((a, b) => a.distance - b.distance);
  return ranked.length > 0 && ranked[0].distance <= tolerance
    ? ranked[0].candidate
    : undefined;
}
