import { VendorServer } from '../../testing/VendorServer';
import { VendorClient, type VendorClientOptions } from '.';

describe('the client of a vendor', () => {
  const server = new VendorServer();
  let pauses: number[];
  let now: number;

  beforeAll(() => server.start());
  afterAll(() => server.stop());
  beforeEach(() => {
    server.calls.length = 0;
    pauses = [];
    now = Date.UTC(2026, 5, 10);
  });

  const client = (options: Partial<VendorClientOptions> = {}) =>
    new VendorClient({
      baseUrl: `${server.url}/api/v3`,
      credentials: async () => ({ authorization: 'token t' }),
      now: () => now,
      sleep: async ms => {
        pauses.push(ms);
        now += ms;
      },
      ...options,
    });

  /** Answers by script, the last answer for good. */
  const plays = (...script: Array<{ status?: number; headers?: object }>) => {
    server.answer = () => {
      const next = script.length > 1 ? script.shift() : script[0];
      return { body: { ok: true }, ...(next as object) };
    };
  };

  it('asks below its base, with credentials that go nowhere else', async () => {
    plays({});
    expect((await client().get('repos/a/b?page=2')).body).toEqual({ ok: true });
    await client().get(`${server.url}/api/v3/next`);
    await client().post('../graphql', { query: 'q' });
    expect(server.calls.map(({ method, path }) => `${method} ${path}`)).toEqual(
      ['GET /api/v3/repos/a/b?page=2', 'GET /api/v3/next', 'POST /api/graphql'],
    );
    expect(server.calls[0].headers.authorization).toBe('token t');
    await expect(client().get('http://127.0.0.1:9/x')).rejects.toThrow(
      'is not the API of',
    );
  });

  it('follows a repository that moved, and no link to elsewhere', async () => {
    const moved = (location: string) => {
      server.answer = ({ path }) =>
        path.endsWith('/old')
          ? { status: 301, headers: { location } }
          : { body: { path } };
    };
    moved('/api/v3/new');
    expect((await client().get('old')).body).toEqual({ path: '/api/v3/new' });
    moved('http://localhost:9/new');
    await expect(client().get('old')).rejects.toMatchObject({
      permanent: true,
    });
  });

  it('tries again what failed on the side of the vendor', async () => {
    plays({ status: 502 }, { status: 500 }, {});
    expect((await client().get('x')).body).toEqual({ ok: true });
    expect(pauses).toEqual([500, 1000]);
    plays({ status: 500 });
    await expect(client().get('x')).rejects.toMatchObject({
      status: 500,
      permanent: false,
    });
    await expect(
      client({ baseUrl: 'http://127.0.0.1:9' }).get('x'),
    ).rejects.toMatchObject({ status: undefined, permanent: false });
  });

  it('waits as long as the vendor wants, within limits', async () => {
    const reset = String(now / 1000 + 40);
    plays(
      { status: 429, headers: { 'retry-after': '7' } },
      {
        status: 403,
        headers: {
          'x-ratelimit-limit': '100',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': reset,
        },
      },
      { status: 429, headers: { 'ratelimit-reset': '3' } },
      {},
    );
    await client().get('x');
    expect(pauses).toEqual([7000, 33_000, 3000]);

    plays({ status: 429, headers: { 'retry-after': '3600' } });
    const impatient = client();
    await expect(impatient.get('x')).rejects.toMatchObject({
      retryAfterMs: 3_600_000,
    });
    // Who was told to wait does not even ask.
    server.calls.length = 0;
    await expect(impatient.get('y')).rejects.toMatchObject({
      retryAfterMs: 3_600_000,
    });
    expect(server.calls).toEqual([]);
  });

  it('leaves a part of the limit to others', async () => {
    plays(
      {
        headers: {
          'x-ratelimit-limit': '5000',
          'x-ratelimit-remaining': '2400',
          'x-ratelimit-reset': String(now / 1000 + 30),
        },
      },
      {},
    );
    const modest = client({ reserve: 0.5 });
    await modest.get('a');
    await modest.get('b');
    expect(pauses).toEqual([30_000]);
  });

  it('does not repeat what is of no use', async () => {
    for (const [status, permanent] of [
      [404, true],
      [422, true],
      [401, false],
      [403, false],
    ]) {
      plays({ status: Number(status) });
      server.calls.length = 0;
      await expect(client().get('x')).rejects.toMatchObject({
        status,
        permanent,
      });
      expect(server.calls).toHaveLength(1);
    }
  });

  it('asks whether something changed before it takes it again', async () => {
    server.answer = ({ headers }) =>
      headers['if-none-match'] === '"1"'
        ? { status: 304 }
        : { headers: { etag: '"1"' }, body: { value: 1 } };
    const api = client();
    const first = await api.get('x');
    expect(await api.get('x')).toBe(first);
    expect(server.calls).toHaveLength(2);
  });
});
