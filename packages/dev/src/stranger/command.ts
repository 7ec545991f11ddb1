import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../postgres/server';
import { stopSignal } from '../process/signals';
import { createProgress, type Progress } from '../start/progress';
import { installAsThePageSays } from './install';
import { readPage } from './page';
import { launch, start, type StockBackend } from './portal';
import { serveRegistry } from './registry';
import { type Scenario, scenarios, type Site } from './scenarios';
import { packAll } from './tarballs';

const HELP = `Installs our packages into an app that Backstage's create-app makes, exactly as
docs/installation.md says, and uses it as strangers do.

Usage: npm run stranger [-- OPTIONS]

  --app FOLDER       where the app is made, and kept; one that is there already
                     is used as it is (default: a folder that is removed)
  --only NAME        one scenario; may be repeated
  --help             this text

Scenarios:
${scenarios
  .map(({ name, title }) => `  ${name.padEnd(18)} ${title}`)
  .join('\n')}
`;

interface Options {
  readonly app: string | undefined;
  readonly chosen: readonly Scenario[];
}

function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      app: { type: 'string' },
      only: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    return undefined;
  }
  const unknown = values.only?.find(
    name => !scenarios.some(scenario => scenario.name === name),
  );
  if (unknown) {
    throw new Error(`--only is "${unknown}"; "--help" lists the scenarios`);
  }
  return {
    app: values.app && path.resolve(values.app),
    chosen: scenarios.filter(
      ({ name }) => !values.only || values.only.includes(name),
    ),
  };
}

/** `npm run stranger`. */
export async function main(args: readonly string[]): Promise<void> {
  const { signal } = stopSignal();
  try {
    const options = readOptions(args);
    if (!options) {
      process.stdout.write(HELP);
      return;
    }
    const failed = await play(options, createProgress(process.stdout), signal);
    const passed = options.chosen.length - failed;
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
    process.exitCode = failed > 0 ? 1 : 0;
  } catch (error) {
    process.stderr.write(`\n${(error as Error).message}\n`);
    process.exitCode = 1;
  }
  process.exit();
}

async function play(
  { app, chosen }: Options,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'four-keys-stranger-'));
  const site = app ?? path.join(folder, 'app');
  const postgres = await startPostgres({ throwAway: true });
  try {
    const page = await readPage('installation.md');
    if (!existsSync(path.join(site, 'package.json'))) {
      await makeApp({ site, folder, page, progress, signal });
    }
    let failed = 0;
    for (const scenario of chosen) {
      const held = await progress
        .step(scenario.title, detail =>
          within(scenario, { app: site, postgres, page, signal }, detail),
        )
        .then(
          () => true,
          error => {
            progress.note(String((error as Error).stack));
            return false;
          },
        );
      failed += held ? 0 : 1;
    }
    return failed;
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeApp(options: {
  readonly site: string;
  readonly folder: string;
  readonly page: Site['page'];
  readonly progress: Progress;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { site, folder, page, progress, signal } = options;
  const tarballs = await progress.step('Packing every package', detail =>
    packAll({ into: path.join(folder, 'tarballs'), detail, signal }),
  );
  const registry = await serveRegistry(tarballs);
  try {
    await mkdir(site, { recursive: true });
    await progress.step(
      'Making a stock app and installing into it (minutes)',
      detail =>
        installAsThePageSays({
          app: site,
          page,
          registry: registry.url,
          signal,
          detail,
        }),
    );
  } finally {
    await registry.close();
  }
}

/** Runs a scenario, and ends what it started. */
async function within(
  scenario: Scenario,
  site: Omit<Site, 'start' | 'launch'>,
  detail: (text: string) => void,
): Promise<void> {
  const started: StockBackend[] = [];
  const keep = async (backend: Promise<StockBackend>) => {
    started.push(await backend);
    return backend;
  };
  try {
    await scenario.run({
      ...site,
      start: options =>
        keep(start({ ...options, app: site.app, onLine: detail })),
      launch: options =>
        keep(launch({ ...options, app: site.app, onLine: detail })),
    });
  } catch (error) {
    const logs = started.map(({ child }) => child.tail()).join('\n---\n');
    throw new Error(`${(error as Error).message}\n${logs}`);
  } finally {
    await Promise.all(started.map(backend => backend.stop()));
  }
}
