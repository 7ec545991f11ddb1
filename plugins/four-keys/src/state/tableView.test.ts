import {
  changeTableView,
  defaultTableView,
  parseTableView,
  writeTableView,
} from './tableView';

const parse = (query: string) => parseTableView(new URLSearchParams(query));

describe('the view of a table', () => {
  it('is the default where the URL says nothing, and writes nothing then', () => {
    expect(parse('')).toEqual(defaultTableView());
    expect(writeTableView(defaultTableView()).toString()).toBe('');
  });

  it('survives being written and read', () => {
    const view = {
      by: 'team',
      sort: 'leadTime',
      order: 'desc',
      rows: 100,
      show: 'excluded',
      page: 3,
      explain: 'group:default/payments',
      evidence: 'leadTime',
      of: 'group:default/payments',
      span: '2026-05-04T22:00:00.000Z/2026-05-11T22:00:00.000Z',
    } as const;
    expect(parse(writeTableView(view).toString())).toEqual(view);
  });

  it('takes the default for what it does not understand', () => {
    expect(
      parse(
        'by=person&sort=x&order=up&rows=7&page=-1&explain=&evidence=x&of=&span=now/then&show=some',
      ),
    ).toEqual(defaultTableView());
  });

  it('leaves the parameters of others alone', () => {
    const written = writeTableView(
      { ...defaultTableView(), by: 'team' },
      new URLSearchParams('filter=a&days=90'),
    );
    expect(written.toString()).toBe('filter=a&days=90&by=team');
  });

  it('starts other rows at their first page', () => {
    const view = {
      ...defaultTableView(),
      page: 4,
      explain: 'checkout',
      evidence: 'leadTime',
      of: 'checkout',
    } as const;
    expect(changeTableView(view, { by: 'team' })).toMatchObject({
      by: 'team',
      page: 1,
      explain: null,
      evidence: null,
      of: null,
    });
    expect(changeTableView(view, { explain: null })).toMatchObject({ page: 4 });
  });
});
