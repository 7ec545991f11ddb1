import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type {
  TraceAnswer,
  TraceStep,
} from '@four-keys/backstage-plugin-four-keys-common';
import { useFolders } from '../__testUtils__/folder';
import { testRuntime } from '../__testUtils__/runtime';
import { reportFailure } from '../runtime';
import { runTrace } from './run';

const newFolder = useFolders();

const step = (minute: number, rest: Partial<TraceStep>): TraceStep => ({
  kind: 'deployment',
  at: `2026-06-10T12:0${minute}:00Z`,
  endedAt: null,
  status: 'success',
  service: 'ledger',
  entityRef: null,
  summary: 'It happened',
  ids: {},
  joinedBy: { method: 'correlation_id', value: 'ID-7', link: null },
  links: [],
  ...rest,
});

const STEPS = [
  step(0, { kind: 'scaffold', summary: 'The template ran' }),
  step(1, { joinedBy: { method: 'commit', value: 'abc', link: null } }),
];

describe('four-keys trace', () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    asked.push(`${url} ${request.headers.authorization}`);
    const page = url.includes('cursor') ? 1 : 0;
    const known = url.includes('/trace/ID-7?');
    response.writeHead(known ? 200 : 404);
    response.end(
      JSON.stringify(
        known
          ? ({
              correlationId: 'ID-7',
              template: null,
              templateVersion: null,
              serviceIds: ['ledger'],
              services: { visible: 1, of: 2 },
              steps: [STEPS[page]],
              nextCursor: page === 0 ? 'next+page' : null,
              truncated: false,
              basis: { from: 'facts', rawEventsSince: null, explanation: '' },
            } satisfies TraceAnswer)
          : { error: { message: 'No event carries the correlation id' } },
      ),
    );
  });
  beforeAll(
    () => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)),
  );
  afterAll(() => new Promise(resolve => server.close(resolve)));

  async function trace(id: string | undefined, json = false, env = '') {
    const cwd = await newFolder();
    await writeFile(join(cwd, '.four-keys.env'), env);
    const { port } = server.address() as AddressInfo;
    const runtime = testRuntime({
      cwd,
      env: {
        FOUR_KEYS_URL: `http://127.0.0.1:${port}`,
        FOUR_KEYS_TOKEN: 'secret',
      },
    });
    try {
      await runTrace(id, { json }, runtime);
    } catch (error) {
      runtime.setExitCode(reportFailure(error, runtime));
    }
    return runtime.output;
  }

  it('tells every page of the story of the repository it stands in', async () => {
    const { out, err, exitCode } = await trace(
      undefined,
      false,
      'FOUR_KEYS_CORRELATION_ID=ID-7\n',
    );
    expect(out).toBe(
      [
        '2026-06-10T12:00:00Z  scaffold    success    The template ran (carries the id)',
        '2026-06-10T12:01:00Z  deployment  success    It happened (by commit abc)',
        '',
      ].join('\n'),
    );
    expect(err).toContain('1 of 2 services of the story are not yours to see');
    expect(exitCode).toBe(0);
    expect(asked).toEqual([
      '/api/four-keys/trace/ID-7?limit=500 Bearer secret',
      '/api/four-keys/trace/ID-7?limit=500&cursor=next%2Bpage Bearer secret',
    ]);
  });

  it('is one JSON document for programs', async () => {
    const { out } = await trace('ID-7', true);
    expect(JSON.parse(out)).toMatchObject({ steps: STEPS, nextCursor: null });
  });

  it('says what to do without an id, and with one that nothing carries', async () => {
    const none = await trace(undefined);
    expect(none).toMatchObject({ out: '', exitCode: 1 });
    expect(none.err).toMatch(
      /^four-keys: There is no correlation id: give one/,
    );
    const unknown = await trace('other');
    expect(unknown.err).toMatch(
      /answered 404: No event carries the correlation id/,
    );
  });
});
