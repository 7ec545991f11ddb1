/** A link that a browser may follow; null for anything that is not http or https. @public */
export function safeUrl(text: string | null | undefined): string | null {
  if (!text) {
    return null;
  }
  try {
    const { protocol, href } = new URL(text);
    return protocol === 'https:' || protocol === 'http:' ? href : null;
  } catch {
    return null;
  }
}

interface Forge {
  readonly isAt: (host: string) => boolean;
  readonly commit: string;
  readonly pullRequest: string;
}

const named = (name: string) => (host: string) =>
  host.split('.').some(label => label === name);

/** How the forges that say who they are by their host name their pages. */
const FORGES: readonly Forge[] = [
  { isAt: named('github'), commit: 'commit', pullRequest: 'pull' },
  {
    isAt: named('gitlab'),
    commit: '-/commit',
    pullRequest: '-/merge_requests',
  },
  { isAt: named('bitbucket'), commit: 'commits', pullRequest: 'pull-requests' },
  { isAt: named('codeberg'), commit: 'commit', pullRequest: 'pulls' },
];

const WHOLE_SHA = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
/** An id as it is, or qualified by its repository: `owner/repo#42`. */
const PULL_REQUEST = /^(?:[^\s#]+#)?([1-9][0-9]*)$/;

/** Where a commit and its pull request can be read; null: nothing tells. @public */
export interface ChangeUrls {
  commit: string | null;
  pullRequest: string | null;
}

/**
 * Links to a commit and its pull request, from what events say and nothing
 * else: `repository` must be a URL of a forge that its host names, for a path
 * alone does not tell where it is.
 *
 * @public
 */
export function changeUrls(change: {
  readonly repository?: string | null;
  readonly commitSha?: string | null;
  readonly prId?: string | null;
  /** The `url` of its events: of the pull request, or of the commit without one. */
  readonly url?: string | null;
}): ChangeUrls {
  const { repository, commitSha, prId } = change;
  const told = safeUrl(change.url);
  const home = safeUrl(repository?.replace(/\/+$/, '').replace(/\.git$/, ''));
  const forge =
    home === null
      ? undefined
      : FORGES.find(({ isAt }) => isAt(new URL(home).hostname));
  const number = prId ? PULL_REQUEST.exec(prId)?.[1] : undefined;
  const commit =
    forge && commitSha && WHOLE_SHA.test(commitSha)
      ? `${home}/${forge.commit}/${commitSha}`
      : null;
  const pullRequest =
    forge && number ? `${home}/${forge.pullRequest}/${number}` : null;
  return prId
    ? { commit, pullRequest: told ?? pullRequest }
    : { commit: told ?? commit, pullRequest: null };
}
