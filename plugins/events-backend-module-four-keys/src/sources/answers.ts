import type { JsonObject } from '@backstage/types';
import {
  ignored,
  type SourceResult,
} from '@four-keys/backstage-plugin-four-keys-node/sources';
import { z } from 'zod/v4';
import {
  changesOf,
  detailsOf,
  landedCommitSchema,
  landingOf,
  landingSchema,
  mergedPullSchema,
  pushedCommits,
  type LandedCommit,
  type Landing,
  type MergedPull,
} from './landings';
import type { RepositorySettings } from './repository';

const questionSchema = z.discriminatedUnion('about', [
  z.object({ about: z.literal('pull'), pull: mergedPullSchema }),
  z.object({
    about: z.literal('commit'),
    landing: landingSchema,
    commit: landedCommitSchema,
  }),
  z.object({
    about: z.literal('push'),
    landing: landingSchema,
    from: z.string(),
    to: z.string(),
  }),
]);

/** What the API of a host of repositories knows of a merged pull request. */
export interface PullDetails {
  /** The commits in it with the times of their authors, merges left out. */
  commits(): Promise<JsonObject[]>;
  firstReviewAt(): Promise<string | undefined>;
  /** The sha that landed, where the webhook may have named another one. */
  readonly landedSha?: string;
  readonly mergedAt?: string;
}

/** What a host of repositories is asked about. */
export interface RepositoryApi {
  pull(pull: MergedPull): Promise<PullDetails>;
  /** The paths of the files that a pull request changes. */
  files(pull: MergedPull): Promise<string[]>;
  /** Whether a commit on a landing branch came with a merged pull request. */
  cameWithPull(sha: string, landing: Landing): Promise<boolean>;
  /** All commits of a push, the oldest first. */
  commitsBetween(
    landing: Landing,
    from: string,
    to: string,
  ): Promise<LandedCommit[]>;
}

async function aboutPull(
  pull: MergedPull,
  api: RepositoryApi,
  settings: RepositorySettings,
): Promise<SourceResult> {
  const { container } = pull;
  const known = settings.servicesOf({ container });
  const answer =
    'services' in known
      ? known
      : settings.servicesOf({ container, paths: await api.files(pull) });
  if ('unclear' in answer) {
    return ignored(answer.reason);
  }
  const details = await api.pull(pull);
  // A push tells the commits where changes are taken from pushes: told twice,
  // those that were rebased would count twice.
  const commits =
    settings.changes === 'merges' ? await details.commits() : undefined;
  return {
    events: [
      ...('services' in known
        ? []
        : landingOf(pull, answer.services, settings)),
      ...detailsOf(pull, answer.services, {
        commits,
        firstReviewAt: await details.firstReviewAt(),
        landedSha: details.landedSha,
        mergedAt: details.mergedAt,
      }),
    ],
  };
}

/** Answers the questions that every host of repositories is asked. */
export async function answerAboutRepository(
  question: JsonObject,
  api: RepositoryApi,
  settings: RepositorySettings,
): Promise<SourceResult> {
  const asked = questionSchema.parse(question);
  if (asked.about === 'pull') {
    return aboutPull(asked.pull, api, settings);
  }
  const { landing } = asked;
  if (asked.about === 'push') {
    const commits = await api.commitsBetween(landing, asked.from, asked.to);
    return pushedCommits(commits, landing, settings);
  }
  if (await api.cameWithPull(asked.commit.sha, landing)) {
    return ignored('the commit came with a pull request');
  }
  const { events, reasons } = changesOf([asked.commit], landing, settings);
  return events.length > 0 ? { events } : ignored(reasons[0]);
}
