import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const KEEP_ALIVE_MS = 60_000;

const openSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  // A certificate names a host, never an address.
  const name = isIP(host) ? {} : { servername: host };
  const socket = ssl
    ? connectTls({ host, port, ...name, ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  return socket.setKeepAlive(true, KEEP_ALIVE_MS);
};

/**
 * The connections of one client, which can be cut.
 *
 * kafkajs has no way to give up: a consumer told to disconnect waits for the
 * answer to what it has asked, and one that is connecting anew at that moment
 * comes back into the group, where it owns partitions that nobody reads.
 */
export class Wires {
  readonly #open: ISocketFactory;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  constructor(open: ISocketFactory = openSocket) {
    this.#open = open;
  }

  readonly socketFactory: ISocketFactory = options => {
    if (this.#isCut) {
      throw new Error('This client has been stopped');
    }
    const socket = this.#open(options);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  };

  /** Ends what is open, and opens nothing any more. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) {
      // With an error: kafkajs does not hear a socket that just closes.
      socket.destroy(new Error('This client has been stopped'));
    }
  }
}
