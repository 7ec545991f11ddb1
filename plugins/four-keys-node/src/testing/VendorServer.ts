import http from 'http';
import type { AddressInfo } from 'net';

/** A request to the API of a vendor. @public */
export interface ApiCall {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: unknown;
}

/** An answer of the API of a vendor. @public */
export interface ApiAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * Plays the API of a vendor on loopback.
 *
 * @public
 */
export class VendorServer {
  readonly calls: ApiCall[] = [];
  /** Answers every call; undefined: 404. */
  answer: (call: ApiCall) => ApiAnswer | undefined = () => undefined;
  readonly #server: http.Server;

  constructor() {
    this.#server = http.createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) {
        chunks.push(chunk);
      }
      const text = Buffer.concat(chunks).toString();
      const call = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: text ? (JSON.parse(text) as unknown) : undefined,
      };
      this.calls.push(call);
      const {
        status = 200,
        headers,
        body,
      } = this.answer(call) ?? {
        status: 404,
        body: { message: 'Not Found' },
      };
      response.writeHead(status, {
        'content-type': 'application/json',
        ...headers,
      });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  }

  /** Resolves to its address. */
  async start(): Promise<string> {
    await new Promise<void>(resolve => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return this.url;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }
}
