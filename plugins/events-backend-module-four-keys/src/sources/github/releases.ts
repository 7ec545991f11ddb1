import {
  eventId,
  eventsOf,
  given,
  ignored,
  isSha,
  toRfc3339,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import type { z } from 'zod/v4';
import type { pushPayload, releasePayload } from './payload';
import type { GithubSettings } from './settings';

/** A tag that is deployed by being there. */
export interface TaggedVersion {
  readonly container: string;
  readonly tag: string;
  readonly sha: string;
  readonly time: string;
}

/** The deployment that a tag stands for, where a rule says so. */
export function deploymentOfTag(
  { container, tag, sha, time }: TaggedVersion,
  settings: GithubSettings,
): SourceResult {
  const environment = settings.environmentOf({ container, ref: tag });
  if (!environment) {
    return ignored(`no rule of environments gives one to the tag ${tag}`);
  }
  const answer = settings.servicesOf({ container, environment, job: tag });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  return {
    events: eventsOf(answer.services, {
      kind: 'deploy.completed',
      container,
      id: ['tag', tag, sha],
      time,
      data: given({
        environment,
        deployment_id: `tag/${tag}/${sha}`,
        commit_sha: sha,
        version: tag,
        status: 'success',
        finished_at: time,
      }),
    }),
  };
}

export function mapTag(
  body: z.output<typeof pushPayload>,
  tag: string,
  settings: GithubSettings,
): SourceResult {
  if (settings.deployments !== 'tag') {
    return ignored('tags of this source are no deployments');
  }
  const { repository, head_commit: head, after } = body;
  // Of an annotated tag, `after` is the tag itself and not its commit.
  const sha = head?.id ?? after;
  const time = toRfc3339(repository.pushed_at ?? head?.timestamp);
  if (!body.created || body.deleted || !isSha(sha) || !time) {
    return ignored('only a new tag on a commit is a deployment');
  }
  return deploymentOfTag(
    { container: repository.full_name, tag, sha, time },
    settings,
  );
}

export function mapRelease(
  body: z.output<typeof releasePayload>,
  settings: GithubSettings,
): SourceResult {
  const { action, release, repository } = body;
  if (settings.deployments !== 'release') {
    return ignored('releases of this source are no deployments');
  }
  const time = toRfc3339(release.published_at);
  if (action !== 'published' || release.draft || release.prerelease || !time) {
    return ignored('only a published release is a deployment');
  }
  if (!settings.canLookUp) {
    return ignored(
      'the commit of a release is known to the API alone, and there are no credentials for it in integrations',
    );
  }
  const container = repository.full_name;
  const tag = release.tag_name;
  return {
    events: [],
    lookups: [
      {
        key: eventId(container, 'release', release.id),
        container,
        question: { about: 'release', container, tag, time },
      },
    ],
  };
}
