import { azurePipelines } from './azurePipelines';
import { bitbucketPipelines } from './bitbucketPipelines';
import { circleCi } from './circleCi';
import { githubActions } from './githubActions';
import { gitlabCi } from './gitlabCi';
import { jenkins } from './jenkins';
import { tekton } from './tekton';
import type { CiDetector, CiEnvironment, CiFacts } from './types';

export { repositoryPath } from './types';
export type { CiFacts } from './types';

/**
 * Jenkins comes last: an agent that runs within another system keeps its own
 * variables there. Tekton is explicit and therefore first.
 */
const DETECTORS: readonly CiDetector[] = [
  tekton,
  githubActions,
  gitlabCi,
  circleCi,
  azurePipelines,
  bitbucketPipelines,
  jenkins,
];

/** What is known about the CI job around us; undefined outside of CI. */
export function detectCi(env: CiEnvironment): CiFacts | undefined {
  for (const detect of DETECTORS) {
    const facts = detect(env);
    if (facts) {
      return withoutEmpty(facts);
    }
  }
  return undefined;
}

/** CI systems set variables that do not apply to empty texts. */
function withoutEmpty(facts: CiFacts): CiFacts {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value),
  ) as unknown as CiFacts;
}
