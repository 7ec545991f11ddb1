/** The variables of a CI job. */
export type CiEnvironment = Readonly<Record<string, string | undefined>>;

/** What a CI system says about the job that runs. */
export interface CiFacts {
  /** The name of the system, as it stands in the `source` of events. */
  readonly system: string;
  /** Path of the repository, such as `acme/checkout-api`. */
  readonly repository?: string;
  readonly commitSha?: string;
  readonly branch?: string;
  readonly tag?: string;
  readonly prId?: string;
  /** The run, with its attempt where the system repeats run ids. */
  readonly pipelineRunId?: string;
  /** Where one run can deploy again and again: the execution that deploys. */
  readonly deploymentId?: string;
  /** The environment that the job itself is declared to deploy to. */
  readonly environment?: string;
  /** How the job stands, in the words of the system. */
  readonly status?: string;
  /** Who started it. Sent only when asked for. */
  readonly actor?: string;
}

/** Undefined when the job does not run on that system. */
export type CiDetector = (env: CiEnvironment) => CiFacts | undefined;

const REFS = /^refs\/(heads|tags)\/(.+)$/;

/** Branch or tag from a full ref name. */
export function branchOrTag(ref: string | undefined): {
  branch?: string;
  tag?: string;
} {
  const match = REFS.exec(ref ?? '');
  if (!match) {
    return {};
  }
  return match[1] === 'heads' ? { branch: match[2] } : { tag: match[2] };
}

/** `owner/name` from the address of a repository, in any of git's spellings. */
export function repositoryPath(url: string | undefined): string | undefined {
  const match =
    /^(?:[a-z+]+:\/\/(?:[^/@]*@)?[^/]+\/|[^/@\s]+@[^:/\s]+:)(.+?)(?:\.git)?\/?$/i.exec(
      url ?? '',
    );
  return match?.[1];
}

/** The parts joined by a slash, up to the first one that is not given. */
export function joined(...parts: Array<string | undefined>) {
  const given = parts.slice(0, parts.findIndex(part => !part) >>> 0);
  return given.length > 0 ? given.join('/') : undefined;
}
