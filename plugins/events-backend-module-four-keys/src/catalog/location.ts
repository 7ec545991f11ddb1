/** A place in a repository. */
export interface SourceLocation {
  /** Host and path of the repository in lower case, such as `github.com/acme/shop`. */
  readonly repository: string;
  /** The folder within it, without slashes at its ends; empty: all of it. */
  readonly folder: string;
}

/** How the code hosts write a folder of a repository, behind its path. */
const FOLDERS = [
  // GitLab, whose groups nest, before GitHub.
  /^(?<path>.+?)\/-\/(?:tree|blob|raw)\/[^/]+(?:\/(?<folder>.*))?$/,
  /^(?<path>[^/]+\/[^/]+)\/(?:tree|blob|raw|src)\/[^/]+(?:\/(?<folder>.*))?$/,
  /^projects\/(?<project>[^/]+)\/repos\/(?<repo>[^/]+)(?:\/(?:browse|raw)(?:\/(?<folder>.*))?)?$/,
  /^(?<path>.+\/_git\/[^/]+)$/,
];

const trimmed = (path: string) => path.replace(/^\/+|\/+$/g, '');

/**
 * Reads `backstage.io/source-location` as it is written for GitHub, GitLab,
 * Bitbucket and Azure DevOps. Undefined for anything that is no such place.
 */
export function readSourceLocation(
  annotation: string,
): SourceLocation | undefined {
  let url: URL;
  try {
    url = new URL(annotation.replace(/^url:/, ''));
  } catch {
    return undefined;
  }
  if (!/^https?:$/.test(url.protocol)) {
    return undefined;
  }
  const whole = trimmed(decodeURI(url.pathname));
  const { groups = {} } =
    FOLDERS.map(pattern => pattern.exec(whole)).find(Boolean) ?? {};
  const path = groups.project
    ? `${groups.project}/${groups.repo}`
    : groups.path ?? whole.replace(/\.git$/, '');
  const folder = groups.folder ?? url.searchParams.get('path') ?? '';
  return path
    ? {
        repository: `${url.host}/${path}`.toLowerCase(),
        folder: trimmed(folder),
      }
    : undefined;
}
