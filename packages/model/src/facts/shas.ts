import type { ChangeEvent } from './events';

/** Every sha that a change event names: its own, and those it lists. */
export const shasNamedBy = (event: ChangeEvent): string[] => [
  event.data.commit_sha,
  ...(event.kind === 'change.merged'
    ? (event.data.commits ?? []).map(commit => commit.sha)
    : []),
];

/** Makes whole shas of the short ones that some vendors report. */
export type ShaResolver = (sha: string) => string;

const SHORT = /^[0-9a-f]{7,39}$/;

/**
 * "A `commit_sha` of 7 to 39 hex digits that no change event of the service
 * names as a whole stands, everywhere, for the only sha named there that
 * begins with it (so too a `cause.commit_sha`)."
 *
 * @param changes - the change events of one service
 */
export function shaResolver(changes: readonly ChangeEvent[]): ShaResolver {
  const named = new Set(changes.flatMap(shasNamedBy));
  return sha => {
    if (!SHORT.test(sha) || named.has(sha)) {
      return sha;
    }
    const candidates = [...named].filter(whole => whole.startsWith(sha));
    return candidates.length === 1 ? candidates[0] : sha;
  };
}
