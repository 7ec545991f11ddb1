import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isAppBuilt, sourceHash } from './frontend';

describe('the app is built again only when it must be', () => {
  let root: string;

  async function write(file: string, content: string): Promise<void> {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), content);
  }

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'four-keys-frontend-'));
    await write('package-lock.json', '{}');
    await write('app-config.yaml', 'app: {}');
    await write(
      'packages/app/package.json',
      JSON.stringify({ name: 'app', dependencies: { ours: '1', react: '18' } }),
    );
    await write('packages/app/src/index.ts', 'export {};');
    await write('plugins/ours/package.json', JSON.stringify({ name: 'ours' }));
    await write('plugins/ours/src/deep/page.tsx', 'export {};');
    await write(
      'plugins/other/package.json',
      JSON.stringify({ name: 'other' }),
    );
    await write('plugins/other/src/index.ts', 'export {};');
    await write(
      'packages/app/dist/.source-hash',
      await sourceHash(root, 'app'),
    );
  });

  afterEach(() => rm(root, { recursive: true }));

  it('is up to date while nothing that it holds changes', async () => {
    await write('plugins/other/src/index.ts', 'changed');
    await write('plugins/ours/src/deep/page.test.tsx', 'changed');
    expect(await isAppBuilt(root, 'app')).toBe(true);
  });

  it.each([
    'package-lock.json',
    'app-config.yaml',
    'packages/app/src/index.ts',
    'packages/app/public/index.html',
    'plugins/ours/src/deep/page.tsx',
    'plugins/ours/src/new.ts',
  ])('is out of date when %s changes', async file => {
    await write(file, 'changed');
    expect(await isAppBuilt(root, 'app')).toBe(false);
  });

  it('is out of date when there is no build, or an unfinished one', async () => {
    await rm(path.join(root, 'packages/app/dist/.source-hash'));
    expect(await isAppBuilt(root, 'app')).toBe(false);
  });
});
