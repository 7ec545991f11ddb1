import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  acceptAll,
  startCollector,
  type Answer,
  type Received,
  type TestCollector,
} from '../__testUtils__/collector';
import { useFolders } from '../__testUtils__/folder';
import { inBatches } from './batches';
import {
  CollectorClient,
  CollectorError,
  MAX_BATCH,
  MAX_BODY_BYTES,
  type JsonEvent,
} from './client';
import { backoffMs, retryAfterMs } from './retry';
import { Spool } from './spool';

jest.setTimeout(60_000);

const newFolder = useFolders();

const collectors: TestCollector[] = [];
afterEach(async () => {
  await Promise.all(collectors.splice(0).map(one => one.close()));
});

const start = async (answer?: (received: Received, call: number) => Answer) => {
  const collector = await startCollector(answer);
  collectors.push(collector);
  return collector;
};

const eventOf = (id: number): JsonEvent => ({ id: String(id) });

/** A client whose time passes only while it sleeps. */
function clientOf(
  url: string,
  options: { timeoutMs?: number; token?: string } = {},
) {
  let now = 1_000_000;
  const slept: number[] = [];
  const client = new CollectorClient({
    url,
    timeoutMs: 60_000,
    ...options,
    now: () => now,
    random: () => 0.5,
    sleep: async ms => {
      slept.push(ms);
      now += ms;
    },
  });
  return { client, slept };
}

describe('CollectorClient', () => {
  it('posts a batch with the token to the four-keys plugin', async () => {
    const collector = await start();
    const { client } = clientOf(`${collector.url}/`, { token: 'secret' });
    expect(await client.send([eventOf(1), eventOf(2)])).toEqual({
      accepted: 2,
      rejected: [],
    });
    expect(collector.received).toMatchObject([
      {
        path: '/api/four-keys/events',
        headers: {
          'content-type': 'application/cloudevents-batch+json',
          authorization: 'Bearer secret',
        },
        events: [{ id: '1' }, { id: '2' }],
      },
    ]);
  });

  it('tries again while the collector is busy, away or hangs up', async () => {
    const answers: Answer[] = [
      { status: 503, headers: { 'retry-after': '7' } },
      { status: 429 },
      { status: 200, hangUp: true },
      { status: 502, body: '<html>' },
    ];
    const collector = await start(
      (received, call) => answers[call - 1] ?? acceptAll(received),
    );
    const { client, slept } = clientOf(collector.url);
    expect(await client.send([eventOf(1)])).toMatchObject({ accepted: 1 });
    expect(slept).toEqual([7000, 375, 750, 1500]);
  });

  it('gives up in time, at once where it is told to wait longer than that', async () => {
    const collector = await start(() => ({
      status: 503,
      headers: { 'retry-after': '120' },
      body: { error: { code: 'unavailable', message: 'The database is away' } },
    }));
    const { client, slept } = clientOf(collector.url);
    const failure = client.send([eventOf(1)]);
    await expect(failure).rejects.toMatchObject({ worthKeeping: true });
    await expect(failure).rejects.toThrow(
      /503: unavailable: The database is away/,
    );
    expect(slept).toEqual([]);

    const away = clientOf('http://127.0.0.1:9', { timeoutMs: 5000 });
    await expect(away.client.send([eventOf(1)])).rejects.toThrow(
      /http:\/\/127\.0\.0\.1:9 cannot be reached: /,
    );
    const waited = away.slept.reduce((sum, ms) => sum + ms, 0);
    expect(waited).toBeGreaterThan(2000);
    expect(waited).toBeLessThan(5000);
  });

  it('hands back what was rejected, also when that was everything', async () => {
    const rejected = [
      { index: 0, id: '1', code: 'missing_field', message: 'data is missing' },
    ];
    for (const status of [207, 400]) {
      const collector = await start(() => ({
        status,
        body: { accepted: 0, rejected },
      }));
      const { client } = clientOf(collector.url);
      expect(await client.send([eventOf(1)])).toEqual({
        accepted: 0,
        rejected,
      });
      expect(collector.received).toHaveLength(1);
    }
  });

  it.each<[Answer, string | undefined, RegExp, boolean]>([
    [{ status: 401 }, undefined, /give --token or set FOUR_KEYS_TOKEN/, true],
    [{ status: 401 }, 'wrong', /check --token or FOUR_KEYS_TOKEN/, true],
    [{ status: 403 }, 't', /fourKeys\.events\.publish/, true],
    [{ status: 404 }, 't', /check --url or FOUR_KEYS_URL/, true],
    [
      { status: 302, headers: { location: '/login' } },
      't',
      /sign-in of a proxy/,
      true,
    ],
    [
      { status: 200, body: '<html>Welcome</html>' },
      't',
      /is that the Backstage backend/,
      true,
    ],
    [
      {
        status: 400,
        body: { error: { code: 'not_json', message: 'The body is not JSON' } },
      },
      't',
      /400: not_json: The body is not JSON/,
      false,
    ],
    [{ status: 413 }, 't', /too large/, false],
  ])('says what to do about %j', async (answer, token, message, keep) => {
    const collector = await start(() => answer);
    const { client, slept } = clientOf(collector.url, { token });
    const failure = client.send([eventOf(1)]);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ worthKeeping: keep });
    expect(slept).toEqual([]);
  });
});

describe('retry', () => {
  it('waits longer each time, spread, and never beyond ten seconds', () => {
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, chance) => {
          const wait = backoffMs(attempt, () => chance);
          expect(wait).toBeGreaterThanOrEqual(125);
          expect(wait).toBeLessThanOrEqual(10_000);
          expect(backoffMs(attempt + 1, () => chance)).toBeGreaterThanOrEqual(
            wait,
          );
        },
      ),
    );
  });

  it('reads Retry-After in both forms', () => {
    const now = Date.parse('2026-11-20T10:00:00Z');
    expect(retryAfterMs('5', now)).toBe(5000);
    expect(retryAfterMs('Fri, 20 Nov 2026 10:00:30 GMT', now)).toBe(30_000);
    expect(retryAfterMs('Fri, 20 Nov 2026 09:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBe(0);
    expect(retryAfterMs(null, now)).toBe(0);
  });
});

describe('inBatches', () => {
  it('keeps order, and every body within the limits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 2, max: 262_144 }), { maxLength: 40 }),
        fc.nat(1200),
        async (large, small) => {
          const sizes = [...large, ...Array<number>(small).fill(20)];
          const items = sizes.map((bytes, item) => ({ item, bytes }));
          const batches: number[][] = [];
          for await (const batch of inBatches(items)) {
            batches.push(batch);
          }
          expect(batches.flat()).toEqual(items.map(({ item }) => item));
          for (const batch of batches) {
            const bytes = batch.reduce((sum, item) => sum + sizes[item] + 1, 1);
            expect(batch.length).toBeLessThanOrEqual(MAX_BATCH);
            expect(bytes).toBeLessThanOrEqual(MAX_BODY_BYTES);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('Spool', () => {
  const drained = async (spool: Spool, max = MAX_BATCH) => {
    const batches: JsonEvent[][] = [];
    await spool.drain(max, async events => {
      batches.push(events);
    });
    return batches;
  };

  it('hands over oldest first, and forgets what was taken', async () => {
    let now = 1000;
    const spool = new Spool({
      directory: join(await newFolder(), 'a/b'),
      now: () => now,
    });
    for (const id of [1, 2, 3]) {
      now += 1;
      await spool.add([eventOf(id)]);
    }
    now += 1;
    await spool.add([eventOf(4), eventOf(5)]);
    expect(await drained(spool, 3)).toEqual([
      [eventOf(1), eventOf(2), eventOf(3)],
      [eventOf(4), eventOf(5)],
    ]);
    expect(await drained(spool)).toEqual([]);
    expect(await readdir(spool.directory)).toEqual([]);
  });

  it('keeps what could not be sent', async () => {
    const spool = new Spool({ directory: await newFolder() });
    await spool.add([eventOf(1)]);
    await expect(
      spool.drain(MAX_BATCH, async () => {
        throw new CollectorError('away', { worthKeeping: true });
      }),
    ).rejects.toThrow('away');
    expect(await drained(spool)).toEqual([[eventOf(1)]]);
  });

  it('loses nothing and doubles nothing among many writers and readers', async () => {
    const directory = await newFolder();
    const taken: JsonEvent[] = [];
    await Promise.all(
      Array.from({ length: 60 }, async (_, id) => {
        const spool = new Spool({ directory });
        await spool.add([eventOf(id)]);
        await spool.drain(MAX_BATCH, async events => {
          await new Promise(resolve => {
            setTimeout(resolve, 1);
          });
          taken.push(...events);
        });
      }),
    );
    const rest = (await drained(new Spool({ directory }))).flat();
    const ids = [...taken, ...rest].map(({ id }) => Number(id));
    expect(ids.sort((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_, id) => id),
    );
  });

  it('never shows half of what is written, and forgets what a crash left', async () => {
    const directory = await newFolder();
    const partial = join(directory, '.000000000000001-aa-1.partial');
    await writeFile(partial, '{"id":"half');
    const spool = new Spool({ directory });
    await spool.add([eventOf(1)]);
    expect(await readdir(directory)).toHaveLength(2);
    await utimes(partial, new Date(0), new Date(0));
    await spool.add([eventOf(2)]);
    const [file] = (await readdir(directory)).sort();
    expect(await readFile(join(directory, file), 'utf8')).toBe('{"id":"1"}\n');
    expect((await drained(spool)).flat()).toHaveLength(2);
  });

  it('lets the oldest go when it is full', async () => {
    let now = 1000;
    const spool = new Spool({
      directory: await newFolder(),
      maxBytes: 60,
      now: () => (now += 1),
    });
    const dropped: number[] = [];
    for (let id = 100; id < 110; id += 1) {
      dropped.push((await spool.add([eventOf(id)])).dropped);
    }
    expect(dropped).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    expect((await drained(spool)).flat()).toEqual(
      [106, 107, 108, 109].map(eventOf),
    );
  });

  it('waits for another process, but not for a dead one', async () => {
    const directory = await newFolder();
    const spool = new Spool({ directory });
    await spool.add([eventOf(1)]);
    const lock = join(directory, 'lock');
    await writeFile(lock, '');
    expect(await drained(spool)).toEqual([]);
    await utimes(lock, new Date(0), new Date(0));
    expect(await drained(spool)).toEqual([[eventOf(1)]]);
  });

  it('gives each collector a folder of its own', async () => {
    const root = await newFolder();
    await mkdir(root, { recursive: true });
    const one = Spool.forCollector(root, 'https://one.example.com/a');
    const two = Spool.forCollector(root, 'https://one.example.com/b');
    await one.add([eventOf(1)]);
    expect(await drained(two)).toEqual([]);
    expect(one.directory).toContain('one.example.com_a-');
  });
});
