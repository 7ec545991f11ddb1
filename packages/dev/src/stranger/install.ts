import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addToBackend, addToConfig, blockUnder, type CodeBlock } from './page';
import { run } from './run';
import { writeStockApp } from './stockApp';

/** A policy of our own in the place of the one that allows everything. */
const POLICY = `import { createBackendModule } from '@backstage/backend-plugin-api';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';

export default createBackendModule({
  pluginId: 'permission',
  moduleId: 'deny-evidence',
  register(env) {
    env.registerInit({
      deps: { policy: policyExtensionPoint },
      async init({ policy }) {
        policy.setPolicy({
          handle: async ({ permission }) => ({
            result:
              permission.name === 'fourKeys.evidence.read'
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
          }),
        });
      },
    });
  },
});
`;

const ALLOW_ALL = `import('@backstage/plugin-permission-backend-module-allow-all-policy')`;

/** Puts a stock app into a folder and does to it what the installation page says, line by line. */
export async function installAsThePageSays(options: {
  readonly app: string;
  readonly page: readonly CodeBlock[];
  readonly registry: string;
  readonly signal: AbortSignal;
  readonly detail: (text: string) => void;
}): Promise<void> {
  const { app, page, registry, signal, detail } = options;
  const how = { cwd: app, signal, onLine: detail };
  await writeStockApp(app, [`@four-keys:registry=${registry}`]);
  await run('npm', ['install', '--no-progress'], how);

  const install = blockUnder(page, '1. Install', 'sh');
  await run('sh', ['-ec', install.code], how);
  const backend = blockUnder(page, '2. The backend', 'ts');
  await addToBackend(app, backend.code);
  const config = blockUnder(page, '4. Configuration', 'yaml');
  await addToConfig(path.join(app, config.title ?? ''), config.code);

  await allowOtherPolicies(app);
  await run('npm', ['run', 'build', '--workspace', 'packages/app'], {
    ...how,
    env: { GITHUB_TOKEN: 'none', FOUR_KEYS_TOKEN: 'none' },
  });
}

async function allowOtherPolicies(app: string): Promise<void> {
  const source = path.join(app, 'packages', 'backend', 'src');
  await writeFile(path.join(source, 'policy.ts'), POLICY);
  const index = path.join(source, 'index.ts');
  const text = await readFile(index, 'utf8');
  if (!text.includes(ALLOW_ALL)) {
    throw new Error('The stock app has another permission policy than it had');
  }
  await writeFile(
    index,
    text.replace(
      ALLOW_ALL,
      `process.env.STRANGER_POLICY ? import('./policy') : ${ALLOW_ALL}`,
    ),
  );
}
