/**
 * The value without everything that says nothing: `null`, empty strings, and
 * lists or objects in which nothing is given. Undefined when nothing is left.
 *
 * Producers fill templates, and a template whose variable is empty sends
 * `"commit_sha": ""`. Treating that as a sha would tie unrelated deployments
 * together, so "not given" has one meaning everywhere.
 *
 * @public
 */
export function pruneNotGiven(value: unknown): unknown {
  if (value === null || value === undefined || value === '') {
    return undefined;
  }
  if (Array.isArray(value)) {
    const kept = value.map(pruneNotGiven).filter(v => v !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  if (typeof value === 'object') {
    const kept = Object.entries(value)
      .map(([key, v]) => [key, pruneNotGiven(v)] as const)
      .filter(([, v]) => v !== undefined);
    return kept.length > 0 ? Object.fromEntries(kept) : undefined;
  }
  return value;
}
