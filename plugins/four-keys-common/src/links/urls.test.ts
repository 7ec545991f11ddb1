import { changeUrls, safeUrl } from './urls';

/** Spelt so that nobody takes it for a link of ours. */
const SCRIPT = ['java', 'script:'].join('');

const SHA = 'c0ffee'.padEnd(40, '0');

describe('links', () => {
  it('leads to nothing but the web', () => {
    expect(safeUrl('https://pager.example.com/i/1')).toBe(
      'https://pager.example.com/i/1',
    );
    for (const text of [
      `${SCRIPT}alert(1)`,
      'data:text/html,x',
      'pager/1',
      '',
      null,
    ]) {
      expect(safeUrl(text)).toBeNull();
    }
  });

  it.each([
    ['https://github.com/acme/shop', 'commit', 'pull'],
    ['https://github.example.com/acme/shop.git', 'commit', 'pull'],
    ['https://gitlab.com/acme/web/shop/', '-/commit', '-/merge_requests'],
    ['https://bitbucket.org/acme/shop', 'commits', 'pull-requests'],
  ])('knows the pages of %s', (repository, commit, pull) => {
    const home = repository.replace(/(\.git|\/)$/, '');
    expect(changeUrls({ repository, commitSha: SHA, prId: '42' })).toEqual({
      commit: `${home}/${commit}/${SHA}`,
      pullRequest: `${home}/${pull}/42`,
    });
    expect(changeUrls({ repository, prId: 'acme/shop#42' }).pullRequest).toBe(
      `${home}/${pull}/42`,
    );
  });

  it('invents nothing', () => {
    const none = { commit: null, pullRequest: null };
    const change = { commitSha: SHA, prId: '42' };
    expect(changeUrls({ ...change, repository: 'acme/shop' })).toEqual(none);
    expect(
      changeUrls({
        ...change,
        repository: 'https://git.example.com/acme/shop',
      }),
    ).toEqual(none);
    expect(
      changeUrls({ ...change, repository: `${SCRIPT}github.com/` }),
    ).toEqual(none);
    expect(
      changeUrls({
        commitSha: 'c0ffee',
        prId: 'PAY-1',
        repository: 'https://github.com/acme/shop',
      }),
    ).toEqual(none);
  });

  it('believes the url of an event', () => {
    const url = 'https://review.example.com/c/7';
    expect(changeUrls({ url, prId: '7', commitSha: SHA })).toEqual({
      commit: null,
      pullRequest: url,
    });
    expect(changeUrls({ url, commitSha: SHA })).toEqual({
      commit: url,
      pullRequest: null,
    });
  });
});
