import { ConfigReader } from '@backstage/config';
import { readSources } from './config';
import { SOURCE_TYPES } from './sources';

const context = { catalog: { find: () => [] }, canLookUp: () => false };

const read = (...sources: object[]) =>
  readSources(
    new ConfigReader({ fourKeys: { sources } }),
    SOURCE_TYPES,
    context,
  );

const github = { type: 'github', instance: 'github.com', secrets: ['s'] };

describe('fourKeys.sources', () => {
  it('is empty unless configured', () => {
    expect(readSources(new ConfigReader({}), SOURCE_TYPES, context)).toEqual(
      [],
    );
    expect(read(github)).toMatchObject([
      { type: { type: 'github' }, instance: 'github.com' },
    ]);
  });

  it.each([
    [
      { ...github, type: 'gitea' },
      'type is "gitea", it must be one of alertmanager, ',
    ],
    [{ ...github, instance: 'a/b' }, 'instance is "a/b"'],
    [{ ...github, secrets: [] }, 'secrets is missing'],
    [{ ...github, secrets: undefined }, 'secrets is missing'],
    [{ ...github, deployments: 'tags' }, 'deployments is "tags"'],
    [{ ...github, services: [{ repository: 'a' }] }, 'services[0].service'],
    [github, 'give every installation an instance of its own'],
  ])('refuses %j as the second entry', (entry, problem) => {
    expect(() => read(github, entry)).toThrow(
      new RegExp(
        `^fourKeys.sources\\[1\\]: .*${problem.replace(/[[\]]/g, '\\$&')}`,
      ),
    );
  });
});
