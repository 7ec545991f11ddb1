import path from 'node:path';
import { measureBundle, type Bundle } from '../bundle/measure';
import { withoutPlugin } from '../bundle/without';
import { stopSignal } from '../process/signals';
import { inRepository } from '../repository';
import { buildApp, buildFolder, isAppBuilt } from '../start/frontend';
import { createProgress, type Progress } from '../start/progress';

const PLUGIN = '@four-keys/backstage-plugin-four-keys';

/** What the plugin may add to an app, in bytes after gzip. */
const MOST_BYTES = 250_000;

const inKilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} KB`;

function say(without: Bundle, whole: Bundle): string {
  const rows = [
    ['gzipped', 'without it', 'with it', 'more'],
    ...(
      [
        ['with the first page', without.atFirst, whole.atFirst],
        ['later', without.later, whole.later],
        [
          'in all',
          without.atFirst + without.later,
          whole.atFirst + whole.later,
        ],
        ['of that, charts', without.charts, whole.charts],
      ] as const
    ).map(([name, before, after]) => [
      name,
      inKilobytes(before),
      inKilobytes(after),
      inKilobytes(after - before),
    ]),
  ];
  return rows
    .map(([name, ...cells]) =>
      [name.padEnd(22), ...cells.map(cell => cell.padStart(12))].join(''),
    )
    .join('\n');
}

async function measureBoth(
  progress: Progress,
  signal: AbortSignal,
): Promise<readonly [without: Bundle, whole: Bundle]> {
  const root = inRepository();
  if (!(await isAppBuilt(root, 'app'))) {
    await progress.step('Building the app', detail =>
      buildApp({ root, app: 'app', signal, onLine: detail }),
    );
  }
  const app = inRepository('packages', 'app');
  const without = await progress.step(
    'Building the app without the plugin',
    onLine =>
      withoutPlugin(app, PLUGIN, {
        scratch: inRepository('.data'),
        work: async copy => {
          await buildFolder(copy, { signal, onLine });
          return measureBundle(path.join(copy, 'dist'));
        },
      }),
  );
  return [without, await measureBundle(path.join(app, 'dist'))];
}

/** `npm run bundle-size`: what the plugin adds to what an app loads. */
export async function main(): Promise<void> {
  const { signal } = stopSignal();
  try {
    const progress = createProgress(process.stdout);
    const [without, whole] = await measureBoth(progress, signal);
    const more =
      whole.atFirst + whole.later - (without.atFirst + without.later);
    process.stdout.write(`\n${say(without, whole)}\n\n`);
    if (more > MOST_BYTES) {
      throw new Error(
        `The plugin adds ${inKilobytes(more)}; at most ${inKilobytes(
          MOST_BYTES,
        )} are allowed.`,
      );
    }
    if (!whole.areChartsLazy) {
      throw new Error(
        'The charts come with the app or with the page; they must be loaded by themselves.',
      );
    }
  } catch (error) {
    process.stderr.write(`\n${(error as Error).message}\n`);
    process.exitCode = 1;
  }
  process.exit();
}
