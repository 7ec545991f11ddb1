import { ConflictError } from '@backstage/errors';
import { AddressInfo, createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/**
 * Tells whether a server could listen on a port of the loopback interface.
 *
 * @public
 */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}

/**
 * Lets the system choose a port of the loopback interface that is free now.
 *
 * @public
 */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: LOOPBACK }, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/**
 * Makes sure that a port is free.
 *
 * @param options - `port`; `purpose`: what would listen there; `setting`: what
 * a person changes to choose another port.
 * @throws ConflictError that names the port and the setting when it is taken.
 * @public
 */
export async function requireFreePort(options: {
  readonly port: number;
  readonly purpose: string;
  readonly setting: string;
}): Promise<void> {
  if (await isPortFree(options.port)) {
    return;
  }
  throw new ConflictError(
    `Port ${options.port} for ${options.purpose} is taken by another program. ` +
      `End that program, or choose another port with ${options.setting}.`,
  );
}
