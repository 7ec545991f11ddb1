/** The number of a pull or merge request, as a commit message names it. */
export interface PullRequestNumber {
  readonly kind: 'pr' | 'mr';
  readonly number: string;
}

const IN_SUBJECT: readonly RegExp[] = [
  /^Merge pull request #(\d+)\b/,
  /^Merged PR (\d+):/,
  /\(pull request #(\d+)\)\s*$/,
  /\(#(\d+)\)\s*$/,
];

const MERGE_REQUEST = /^See merge request (?:\S*)!(\d+)\s*$/m;

/**
 * The pull request that a landing says it comes from: GitHub and its kind in
 * the subject, GitLab in the last lines.
 */
export function pullRequestOf(message: string): PullRequestNumber | undefined {
  const subject = message.slice(0, message.indexOf('\n') >>> 0);
  for (const pattern of IN_SUBJECT) {
    const number = pattern.exec(subject)?.[1];
    if (number) {
      return { kind: 'pr', number };
    }
  }
  const number = MERGE_REQUEST.exec(message)?.[1];
  return number ? { kind: 'mr', number } : undefined;
}
