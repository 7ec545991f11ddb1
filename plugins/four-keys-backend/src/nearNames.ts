const MOST_NAMES = 5;

/** The number of single-character edits between two texts. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      current[j] = Math.min(
        previous[j] + 1,
        current[j - 1] + 1,
        previous[j - 1] + Number(a[i - 1] !== b[j - 1]),
      );
    }
    previous = current;
  }
  return previous[b.length];
}

/** The known names that somebody who wrote `name` may have meant, the nearest first. */
export function nearNames(name: string, known: Iterable<string>): string[] {
  const wanted = name.toLowerCase();
  const farthest = Math.max(2, Math.floor(wanted.length / 3));
  const near: Array<{ candidate: string; distance: number }> = [];
  for (const candidate of known) {
    const lower = candidate.toLowerCase();
    const contains = lower.includes(wanted) || wanted.includes(lower);
    const comparable = Math.abs(lower.length - wanted.length) <= farthest;
    if (contains || comparable) {
      const distance = contains ? 0 : editDistance(wanted, lower);
      if (distance <= farthest) {
        near.push({ candidate, distance });
      }
    }
  }
  return near
    .sort(
      (a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1),
    )
    .slice(0, MOST_NAMES)
    .map(({ candidate }) => candidate);
}
