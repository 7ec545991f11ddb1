import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tarball } from './tarballs';

/** A registry that serves our packages alone, to this machine alone. */
export interface Registry {
  readonly url: string;
  close(): Promise<void>;
}

const packument = (
  { name, version, manifest, integrity }: Tarball,
  url: string,
) => ({
  name,
  'dist-tags': { latest: version },
  versions: {
    [version]: {
      ...manifest,
      dist: { tarball: `${url}/${name}.tgz`, integrity },
    },
  },
});

/**
 * Serves tarballs as a registry does, so that what a person types to install
 * the packages can be run as it stands before they are published.
 */
export async function serveRegistry(
  tarballs: readonly Tarball[],
): Promise<Registry> {
  let url = '';
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    const file = tarballs.find(({ name }) => path === `/${name}.tgz`);
    const named = tarballs.find(({ name }) => path === `/${name}`);
    if (file) {
      response.end(file.content);
    } else if (named) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(packument(named, url)));
    } else {
      response.statusCode = 404;
      response.end('{"error": "not one of ours"}');
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.close(error => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
