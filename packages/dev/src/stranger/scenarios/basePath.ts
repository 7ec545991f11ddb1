import { strictEqual } from 'node:assert';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openBrowser, see } from '../browser';
import {
  checkFirstEvents,
  clientOf,
  deployToProduction,
  onPostgres,
} from './checks';
import type { Scenario } from './types';

const PREFIX = '/portal';

/** A reverse proxy that takes the prefix off, as an ingress does. */
async function serveProxy(target: () => string) {
  const server = createServer((incoming, outgoing) => {
    if (!incoming.url?.startsWith(PREFIX)) {
      outgoing.writeHead(404).end();
      return;
    }
    const url = new URL(
      incoming.url.slice(PREFIX.length) || '/',
      `${target()}/`,
    );
    const passed = request(
      url,
      { method: incoming.method, headers: incoming.headers },
      answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${PREFIX}`,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const basePath: Scenario = {
  name: 'base-path',
  title: 'Behind a base path',
  async run({ postgres, start }) {
    let target = '';
    const proxy = await serveProxy(() => target);
    try {
      const backend = await start({
        name: 'base-path',
        baseUrl: proxy.url,
        config: { backend: { database: onPostgres(postgres, 'base') } },
      });
      target = backend.url;
      const client = clientOf(proxy);
      await checkFirstEvents(client);
      await deployToProduction(client, 'example-website');

      const browser = await openBrowser();
      try {
        const page = await browser.signIn(proxy.url);
        const answers: number[] = [];
        page.on('response', response => {
          if (response.url().includes('/api/four-keys/')) {
            answers.push(response.status());
          }
        });
        await page.goto(`${proxy.url}/four-keys`);
        await see(page, 'example-website');
        strictEqual(
          answers.every(status => status < 400),
          true,
          `The page got ${answers}`,
        );
      } finally {
        await browser.close();
      }
    } finally {
      await proxy.close();
    }
  },
};
