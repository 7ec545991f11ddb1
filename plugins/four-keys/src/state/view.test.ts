import { changeView, defaultView, parseView, writeView } from './view';

const parse = (query: string) => parseView(new URLSearchParams(query));

describe('the view of a URL', () => {
  it('is the default where the URL says nothing, and writes nothing then', () => {
    expect(parse('')).toEqual(defaultView());
    expect(writeView(defaultView()).toString()).toBe('');
  });

  it('survives being written and read', () => {
    const view = {
      environment: 'eu-live-1',
      days: 90,
      timezone: 'Asia/Tokyo',
      by: 'team',
      sort: 'leadTime',
      order: 'desc',
      page: 3,
      explain: 'group:default/payments',
      evidence: 'leadTime',
      of: 'group:default/payments',
    } as const;
    expect(parse(writeView(view).toString())).toEqual(view);
  });

  it('takes the default for what it does not understand', () => {
    expect(
      parse(
        'days=12&by=person&sort=x&order=up&page=-1&timezone=Mars&explain=&evidence=x&of=',
      ),
    ).toEqual(defaultView());
  });

  it('leaves the parameters of others alone', () => {
    const written = writeView(
      { ...defaultView(), days: 7 },
      new URLSearchParams('filter=a&days=90'),
    );
    expect(written.toString()).toBe('filter=a&days=7');
  });

  it('starts another question at its first page', () => {
    const view = {
      ...defaultView(),
      page: 4,
      explain: 'checkout',
      evidence: 'leadTime',
      of: 'checkout',
    } as const;
    expect(changeView(view, { days: 7 })).toMatchObject({
      days: 7,
      page: 1,
      explain: null,
      evidence: null,
      of: null,
    });
    expect(changeView(view, { explain: null })).toMatchObject({ page: 4 });
  });
});
