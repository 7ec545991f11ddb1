import type { Config } from '@backstage/config';
import type { z } from 'zod/v4';
import { readSecrets } from '../secrets';
import { verifyHmac } from '../../signature/verifyHmac';
import type { SourceResult, SourceType } from '../port';
import { mapDeploymentStatus, mapPullRequest, mapPush } from './map';
import {
  deploymentStatusPayload,
  pullRequestPayload,
  pushPayload,
} from './payload';
import { readGithubSettings, type GithubSettings } from './settings';

/** GitHub sends nothing larger. */
const MAX_BODY_BYTES = 25 * 1024 * 1024;

/** GitHub gives up after ten seconds, and never tries again by itself. */
const ANSWER_WITHIN_MS = 8_000;

type Mapper = (body: unknown, settings: GithubSettings) => SourceResult;

/** Reads the body first; what GitHub never sends says nothing to us either. */
function reading<S extends z.ZodType>(
  schema: S,
  map: (body: z.output<S>, settings: GithubSettings) => SourceResult,
): Mapper {
  return (body, settings) => {
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      const [{ path, message }] = parsed.error.issues;
      return {
        ignored: `the body cannot be read, ${path.join('.')}: ${message}`,
      };
    }
    return map(parsed.data, settings);
  };
}

const MAPPERS: ReadonlyMap<string, Mapper> = new Map([
  ['deployment_status', reading(deploymentStatusPayload, mapDeploymentStatus)],
  ['pull_request', reading(pullRequestPayload, mapPullRequest)],
  ['push', reading(pushPayload, mapPush)],
]);

/** GitHub: pushes, merged pull requests, statuses of deployments. */
export const githubSource: SourceType = {
  type: 'github',
  fromConfig(config: Config) {
    const { secrets, allowUnsigned } = readSecrets(config);
    const settings = readGithubSettings(config);
    return {
      maxBodyBytes: MAX_BODY_BYTES,
      answerWithinMs: ANSWER_WITHIN_MS,
      verify(headers, body) {
        const [, signature] =
          /^sha256=([0-9a-f]{64})$/.exec(
            headers['x-hub-signature-256'] ?? '',
          ) ?? [];
        return (
          allowUnsigned ||
          (signature !== undefined &&
            verifyHmac({ algorithm: 'sha256', secrets, signature, body }))
        );
      },
      map(headers, body) {
        const event = headers['x-github-event'] ?? '';
        const mapper = MAPPERS.get(event);
        return mapper
          ? mapper(body, settings)
          : {
              ignored: event
                ? `${event} is not used`
                : 'X-GitHub-Event is missing',
            };
      },
    };
  },
};
