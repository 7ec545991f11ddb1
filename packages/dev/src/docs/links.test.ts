import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inRepository } from '../repository';
import { deadLinks } from './links';

describe('the links of the documentation', () => {
  it('lead to files and headings that exist', async () => {
    const pages = execFileSync(
      'git',
      ['ls-files', '-co', '--exclude-standard', '--', '*.md'],
      { cwd: inRepository(), encoding: 'utf8' },
    )
      .trim()
      .split('\n')
      // What templates generate is a page of another repository.
      .filter(page => !/^examples\/.*\/(content|skeleton)\//.test(page));
    expect(pages).toContain('README.md');
    expect(await deadLinks(inRepository(), pages)).toEqual([]);
  });

  it('are found dead with their place, but not where they stand in code', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'four-keys-docs-'));
    try {
      await writeFile(
        path.join(folder, 'a.md'),
        [
          '# What is `it`?',
          '[here](#what-is-it) [there](b.md#nothing) `[code](none.md)`',
          '```',
          '[block](none.md)',
          '```',
          '[gone](c.md) [site](https://example.com/none)',
        ].join('\n'),
      );
      await writeFile(path.join(folder, 'b.md'), '# B\n');
      expect(await deadLinks(folder, ['a.md'])).toEqual([
        {
          page: 'a.md',
          line: 2,
          target: 'b.md#nothing',
          problem: 'the page has no such heading',
        },
        {
          page: 'a.md',
          line: 6,
          target: 'c.md',
          problem: 'there is no such file',
        },
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
