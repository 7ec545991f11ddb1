import { createMockDirectory } from '@backstage/backend-test-utils';
import { execFileSync } from 'child_process';
import { publishRepository } from './publish';

describe('publishRepository', () => {
  const directory = createMockDirectory();

  beforeEach(() => {
    directory.setContent({
      workspace: {
        'a.txt': 'a',
        '.gitignore': '*.env\n',
        '.four-keys.env': 'A=1\n',
        '.git': { config: 'of the template' },
      },
    });
  });

  const publish = (taskId: string, name = 'invoices-api') =>
    publishRepository({
      root: directory.resolve('repositories'),
      source: directory.resolve('workspace'),
      name,
      taskId,
      message: 'Initial commit',
    });

  it('commits every file, and on a retry finds what it did', async () => {
    const first = await publish('task-1');
    expect(first).toMatchObject({
      branch: 'main',
      commitHash: expect.stringMatching(/^[0-9a-f]{40}$/),
      remoteUrl: expect.stringMatching(/^file:\/\/.*\/invoices-api$/),
    });
    expect(new Date(first.committedAt).getTime()).toBeGreaterThan(0);
    expect(
      execFileSync('git', ['ls-files'], {
        cwd: first.directory,
        encoding: 'utf8',
      }).split('\n'),
    ).toEqual(['.four-keys.env', '.gitignore', 'a.txt', '']);
    expect(await publish('task-1')).toEqual(first);
  });

  it('refuses a name that is taken, by a run or by anything else, and leaves no draft', async () => {
    const { commitHash } = await publish('task-1');
    await expect(publish('task-2')).rejects.toThrow(
      'There is a repository "invoices-api" already',
    );
    directory.addContent({ repositories: { notes: { 'b.txt': 'b' } } });
    await expect(publish('task-1', 'notes')).rejects.toThrow('already');
    await expect(publish('task-1', '../escape')).rejects.toThrow(
      'name is "../escape"',
    );
    expect(Object.keys(directory.content({ path: 'repositories' })!)).toEqual([
      'invoices-api',
      'notes',
    ]);
    expect((await publish('task-1')).commitHash).toBe(commitHash);
  });
});
