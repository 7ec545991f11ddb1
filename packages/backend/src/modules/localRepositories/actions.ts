import {
  resolveSafeChildPath,
  type AuthService,
} from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { EventsService } from '@backstage/plugin-events-node';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { setTimeout as delay } from 'timers/promises';
import { LOCAL_REPOSITORIES_TOPIC } from './directory';
import { publishRepository } from './publish';

/** Longer than the catalog takes to read a file, shorter than people wait. */
const REGISTER_WITHIN_MS = 30_000;

/**
 * The action `example:publish-local`: what `publish:github` does, without an
 * account.
 */
export function createPublishLocalAction(options: { root: string }) {
  return createTemplateAction({
    id: 'example:publish-local',
    description:
      'Commits the workspace into a git repository in a folder of this machine. For the example app only',
    schema: {
      input: {
        name: z => z.string().describe('The name of the repository'),
        sourcePath: z =>
          z
            .string()
            .optional()
            .describe('The folder of the workspace to publish; default all'),
        commitMessage: z =>
          z.string().optional().describe('Default: Initial commit'),
      },
      output: {
        remoteUrl: z => z.string().describe('The address of the repository'),
        branch: z => z.string().describe('The branch of the commit'),
        commitHash: z => z.string().describe('The commit'),
        committedAt: z => z.string().describe('When it was made, RFC 3339'),
      },
    },
    async handler(ctx) {
      const { name, sourcePath = '.', commitMessage } = ctx.input;
      const repository = await publishRepository({
        root: options.root,
        name,
        source: resolveSafeChildPath(ctx.workspacePath, sourcePath),
        taskId: ctx.task.id,
        message: commitMessage ?? 'Initial commit',
      });
      ctx.logger.info(
        `Published ${repository.commitHash} to ${repository.directory}`,
      );
      ctx.output('remoteUrl', repository.remoteUrl);
      ctx.output('branch', repository.branch);
      ctx.output('commitHash', repository.commitHash);
      ctx.output('committedAt', repository.committedAt);
    },
  });
}

/**
 * The action `example:register-local`: has the catalog read the local
 * repositories, and waits until the entity is there.
 */
export function createRegisterLocalAction(options: {
  events: EventsService;
  catalog: Pick<CatalogService, 'getEntityByRef'>;
  auth: AuthService;
}) {
  const { events, catalog, auth } = options;
  return createTemplateAction({
    id: 'example:register-local',
    description:
      'Registers what example:publish-local published in the catalog. For the example app only',
    schema: {
      input: {
        entityRef: z =>
          z
            .string()
            .describe('The entity to wait for, such as component:payments-api'),
      },
      output: {
        entityRef: z => z.string().describe('The entity, for a link to it'),
      },
    },
    async handler(ctx) {
      const { entityRef } = ctx.input;
      const credentials = await auth.getOwnServiceCredentials();
      const end = Date.now() + REGISTER_WITHIN_MS;
      await events.publish({
        topic: LOCAL_REPOSITORIES_TOPIC,
        eventPayload: { entityRef },
      });
      while (!(await catalog.getEntityByRef(entityRef, { credentials }))) {
        if (Date.now() > end) {
          throw new NotFoundError(
            `${entityRef} is not in the catalog; look into the log for why its file cannot be read`,
          );
        }
        await delay(200, undefined, { signal: ctx.signal });
      }
      ctx.logger.info(`${entityRef} is in the catalog`);
      ctx.output('entityRef', entityRef);
    },
  });
}
