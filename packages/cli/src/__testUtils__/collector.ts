import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PublishAnswer } from '@four-keys/backstage-plugin-four-keys-common';
import type { JsonEvent } from '../transport/client';

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: number;
  readonly events: JsonEvent[];
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** Breaks the connection instead of answering. */
  readonly hangUp?: boolean;
}

/** Accepts everything. */
export const acceptAll = ({ events }: Received): Answer => ({
  status: 202,
  body: { accepted: events.length, rejected: [] } satisfies PublishAnswer,
});

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** A real HTTP server on the loopback interface that answers as told. */
export async function startCollector(
  answer: (received: Received, call: number) => Answer = acceptAll,
) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const call: Received = {
      path: request.url ?? '',
      headers: request.headers,
      bytes: body.length,
      events: JSON.parse(body.toString('utf8')) as JsonEvent[],
    };
    received.push(call);
    const {
      status,
      headers,
      body: content,
      hangUp,
    } = answer(call, received.length);
    if (hangUp) {
      request.socket.destroy();
      return;
    }
    response.writeHead(status, {
      'content-type': 'application/json',
      ...headers,
    });
    response.end(
      typeof content === 'string' ? content : JSON.stringify(content ?? {}),
    );
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    get events() {
      return received.flatMap(({ events }) => events);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => {
        server.close(resolve);
      });
    },
  };
}

export type TestCollector = Awaited<ReturnType<typeof startCollector>>;
