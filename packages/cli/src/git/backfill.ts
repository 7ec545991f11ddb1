import { resolve } from 'node:path';
import { connect, homeFolder, type ConnectionFlags } from '../emit/deliver';
import { readEnvFile } from '../emit/envFile';
import { writeEvents } from '../output';
import { Progress } from '../progress';
import { UserError, type Runtime } from '../runtime';
import type { JsonEvent } from '../transport/client';
import { sendAll } from '../transport/sendAll';
import { parseBound } from './bounds';
import { Checkpoint } from './checkpoint';
import { deploymentsFromList } from './deploymentList';
import {
  deploymentsFromTags,
  resolveCommits,
  type PlannedDeployment,
} from './deployments';
import {
  deploymentEvents,
  landingEvents,
  type Telling,
  type Vendor,
} from './events';
import { landingsOfBranch, type GitLanding } from './landings';
import { readLog, type Commit } from './log';
import { checkRepository, namesOf, findBranch } from './repository';

export interface BackfillFlags extends ConnectionFlags {
  readonly repository: string;
  readonly service?: string;
  readonly branch?: string;
  readonly tags?: string;
  readonly deployments?: string;
  readonly everyLanding?: boolean;
  readonly environment: string;
  readonly as?: string;
  readonly name?: string;
  readonly since?: string;
  readonly until?: string;
  readonly output?: string;
  readonly dryRun?: boolean;
  readonly restart?: boolean;
}

function parseVendor(text: string | undefined): Vendor | undefined {
  if (text === undefined) {
    return undefined;
  }
  const [, type, instance] = /^([a-z][a-z0-9-]*):(\S+)$/.exec(text) ?? [];
  if (!type) {
    throw new UserError(
      `--as is "${text}"; write the type and the instance of the source, such as github:github.com`,
    );
  }
  return { type, instance };
}

/** Whose history it is, and under which path its events are told. */
async function identify(
  flags: BackfillFlags,
  folder: string,
  runtime: Runtime,
): Promise<Pick<Telling, 'service' | 'container'>> {
  const file = await readEnvFile(folder);
  const names = await namesOf(folder);
  const path = flags.name || names.path;
  const service =
    flags.service ||
    runtime.env.FOUR_KEYS_SERVICE_ID ||
    file?.FOUR_KEYS_SERVICE_ID ||
    path?.split('/').at(-1) ||
    names.folder;
  // Without a host the service names the events: folders differ between machines.
  return { service, container: (path || service).toLowerCase() };
}

function everyLanding(
  landings: readonly GitLanding[],
  environment: string,
): PlannedDeployment[] {
  return landings
    .filter(({ contents }) => contents.length > 0)
    .map(({ commit: { sha, committedAt } }) => ({
      time: committedAt,
      sha,
      environment,
      deploymentId: `landing/${sha}`,
      eventId: ['landing', sha, environment],
      status: 'success',
    }));
}

async function namedDeployments(
  flags: BackfillFlags,
  folder: string,
  runtime: Runtime,
): Promise<PlannedDeployment[]> {
  const environment = flags.environment.toLowerCase();
  if (flags.deployments) {
    return deploymentsFromList(
      folder,
      resolve(runtime.cwd, flags.deployments),
      environment,
    );
  }
  if (!flags.tags) {
    return [];
  }
  const found = await deploymentsFromTags(folder, flags.tags, environment);
  if (found.length === 0) {
    throw new UserError(
      `--tags "${flags.tags}" matches no tag of ${folder}; "git tag" lists them, and "git fetch --tags" gets those that are missing`,
    );
  }
  return found;
}

function checkFlags(flags: BackfillFlags) {
  const sources = [
    flags.tags && '--tags',
    flags.deployments && '--deployments',
    flags.everyLanding && '--every-landing',
  ].filter(Boolean);
  if (sources.length > 1) {
    throw new UserError(
      `${sources.join(
        ' and ',
      )} both name deployments, which would count twice; give one of them`,
    );
  }
}

function within(events: JsonEvent[], flags: BackfillFlags, now: number) {
  const since = parseBound(flags.since, '--since', false) ?? -Infinity;
  const until = parseBound(flags.until, '--until', true) ?? now;
  const timed = events.map(event => ({
    event,
    time: Date.parse(String(event.time)),
  }));
  return timed
    .filter(({ time }) => time >= since && time <= until)
    .sort(
      (a, b) =>
        a.time - b.time || (String(a.event.id) < String(b.event.id) ? -1 : 1),
    )
    .map(({ event }) => event);
}

async function readEvents(
  flags: BackfillFlags,
  folder: string,
  telling: Telling,
  ref: string,
  runtime: Runtime,
): Promise<JsonEvent[]> {
  const named = await namedDeployments(flags, folder, runtime);
  const [head] = await resolveCommits(folder, [ref]);
  const reading = new Progress({ runtime, label: 'commits read' });
  let read = 0;
  const commits: Map<string, Commit> = await readLog(
    folder,
    [head!, ...new Set(named.map(({ sha }) => sha))],
    count => {
      reading.advance(count - read);
      read = count;
    },
  );
  const landings = landingsOfBranch(head!, commits);
  const deployments = flags.everyLanding
    ? everyLanding(landings, flags.environment.toLowerCase())
    : named;
  const landed = new Set(landings.map(({ commit }) => commit.sha));
  reading.finish(
    `${commits.size} commits, ${landings.length} landings on ${telling.branch}, ${deployments.length} deployments`,
  );
  return [
    ...landingEvents(landings, telling),
    ...deploymentEvents(deployments, commits, telling, sha => landed.has(sha)),
  ];
}

/** The part of the events that an interrupted import has not sent. */
async function remaining(
  events: readonly JsonEvent[],
  checkpoint: Checkpoint,
  flags: BackfillFlags,
  runtime: Runtime,
): Promise<readonly JsonEvent[]> {
  const lastId = flags.restart ? undefined : await checkpoint.read();
  const done = events.findIndex(({ id }) => id === lastId) + 1;
  if (done > 0) {
    runtime.err(
      `four-keys: going on after ${done} of ${events.length} events; --restart sends all of them again\n`,
    );
  }
  return events.slice(done);
}

async function send(
  events: readonly JsonEvent[],
  flags: BackfillFlags,
  key: readonly unknown[],
  runtime: Runtime,
) {
  const { url, client } = connect(flags, runtime, { timeout: '1m' });
  const checkpoint = new Checkpoint(`${homeFolder(runtime)}/backfill`, [
    url,
    ...key,
  ]);
  const rest = await remaining(events, checkpoint, flags, runtime);
  await sendAll(rest, client, runtime, batch =>
    checkpoint.write(String(batch.at(-1)!.id)),
  );
  await checkpoint.clear();
}

/** `four-keys backfill git` */
export async function backfillGit(
  flags: BackfillFlags,
  runtime: Runtime,
): Promise<void> {
  checkFlags(flags);
  const vendor = parseVendor(flags.as);
  const folder = resolve(runtime.cwd, flags.repository);
  await checkRepository(folder);
  const branch = await findBranch(folder, flags.branch);
  const telling: Telling = {
    ...(await identify(flags, folder, runtime)),
    branch: branch.name,
    ...(vendor ? { vendor } : {}),
  };
  const events = within(
    await readEvents(flags, folder, telling, branch.ref, runtime),
    flags,
    runtime.now(),
  );
  if (flags.dryRun) {
    const deployments = events.filter(({ type }) =>
      String(type).endsWith('.deploy.completed'),
    ).length;
    await runtime.out(
      `${events.length} events of ${telling.service}: ${
        events.length - deployments
      } about changes, ${deployments} about deployments${
        events.length > 0
          ? `, from ${events[0].time} to ${events.at(-1)!.time}`
          : ''
      }. Nothing was sent.\n`,
    );
    return;
  }
  if (flags.output) {
    await writeEvents(flags.output, events, runtime);
    return;
  }
  const key = [
    folder,
    telling,
    flags.environment,
    flags.tags,
    flags.deployments,
    flags.everyLanding,
    flags.since,
    flags.until,
  ];
  await send(events, flags, key, runtime);
}
