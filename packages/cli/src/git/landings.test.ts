import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { useFolders } from '../__testUtils__/folder';
import { TestRepository } from '../__testUtils__/repository';
import { landingsOfBranch } from './landings';
import { readLog } from './log';
import { pullRequestOf } from './pullRequest';

jest.setTimeout(60_000);

const newFolder = useFolders();

/** How far back the parents of a commit lie; the first commit has none. */
const history = fc.array(
  fc.uniqueArray(fc.integer({ min: 1, max: 6 }), {
    minLength: 1,
    maxLength: 3,
  }),
  { minLength: 1, maxLength: 18 },
);

async function repositoryWith(parents: readonly number[][]) {
  const repository = new TestRepository(await newFolder());
  const commits = [[], ...parents].map((distances, index) => {
    const [first, ...others] = [
      ...new Set(distances.map(distance => Math.max(0, index - distance))),
    ];
    return [
      'commit refs/heads/main',
      `mark :${index + 1}`,
      // Clocks go wrong: later commits are not always younger.
      `committer T <t@example.com> ${1_772_000_000 + ((index * 7) % 11)} +0000`,
      'data 1\nx',
      ...(first === undefined ? [] : [`from :${first + 1}`]),
      ...others.map(parent => `merge :${parent + 1}`),
      '',
    ].join('\n');
  });
  execFileSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: repository.folder,
    input: commits.join('\n'),
  });
  return repository;
}

describe('landingsOfBranch', () => {
  it('finds what git rev-list finds, whatever the history looks like', async () => {
    await fc.assert(
      fc.asyncProperty(history, async parents => {
        const repository = await repositoryWith(parents);
        const list = (...args: string[]) =>
          repository
            .git('rev-list', ...args)
            .split('\n')
            .filter(Boolean);
        const head = repository.git('rev-parse', 'main');
        const commits = await readLog(repository.folder, [head]);
        const landings = landingsOfBranch(head, commits);
        expect(landings.map(({ commit }) => commit.sha)).toEqual(
          list('--first-parent', head).reverse(),
        );
        for (const { commit, contents } of landings) {
          const range = commit.parents[0]
            ? `${commit.parents[0]}..${commit.sha}`
            : commit.sha;
          expect(contents.map(({ sha }) => sha).sort()).toEqual(
            list('--no-merges', range).sort(),
          );
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('pullRequestOf', () => {
  it.each([
    ['Merge pull request #42 from acme/feature\n\nTitle', 'pr', '42'],
    ['Add carts (#7)', 'pr', '7'],
    ['Revert "Add carts (#7)" (#9)\n\nThis reverts (#7)', 'pr', '9'],
    ['Merged in feature (pull request #12)', 'pr', '12'],
    ['Merged PR 123: Add carts', 'pr', '123'],
    [
      "Merge branch 'x' into 'main'\n\nSee merge request acme/shop!5",
      'mr',
      '5',
    ],
  ])('%j', (message, kind, number) => {
    expect(pullRequestOf(message)).toEqual({ kind, number });
  });

  it.each(['Fix #42', 'Revert "Add carts (#7)"', 'Add carts\n\n(#7)', ''])(
    'none in %j',
    message => {
      expect(pullRequestOf(message)).toBeUndefined();
    },
  );
});
