import { readGit } from '../git/command';
import type { FieldValues } from './data';

const SHA_OR_REF = /^[^-\s][^\s]*$/;
const SHA = /^[0-9a-f]{7,64}$/i;

/**
 * Completes what is said about the commit from the git history at hand: names
 * such as HEAD become shas, and the time of authorship, which the lead time
 * starts at, is looked up. Without a history nothing is added.
 */
export async function completeCommit(
  fields: FieldValues,
  detectedSha: string | undefined,
  cwd: string,
): Promise<FieldValues> {
  const given = fields.commit_sha as string | undefined;
  const name = given || detectedSha;
  if (!name || !SHA_OR_REF.test(name)) {
    return fields;
  }
  const answer = await readGit(cwd, [
    'show',
    '-s',
    '--format=%H %at',
    `${name}^{commit}`,
  ]);
  const [sha, authored] = answer?.split(' ') ?? [];
  if (!sha) {
    return fields;
  }
  return {
    ...fields,
    ...(given && !SHA.test(given) ? { commit_sha: sha } : {}),
    ...(fields.committed_at
      ? {}
      : { committed_at: new Date(Number(authored) * 1000).toISOString() }),
  };
}
