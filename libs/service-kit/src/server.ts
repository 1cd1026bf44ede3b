import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { errorBody } from './http-error.ts';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** Longest silence on a connection, ms. */
  readonly idleTimeoutMs?: number;
  /** Longest time from the first byte of a request to its last, ms. */
  readonly requestTimeoutMs?: number;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Takes no more connections, waits for the answers under way up to `graceMs` (default 10,000), then cuts them. */
  close(graceMs?: number): Promise<void>;
}

const PARSE_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers what is not HTTP, or comes too slowly, in the shape of every other error. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const body = errorBody(
    PARSE_ERRORS[error.code ?? ''] ?? 400,
    'The request is not valid HTTP or came too slowly',
  );
  const json = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.statusCode} ${body.message}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(json)}\r\nConnection: close\r\n\r\n${json}`,
  );
}

/** Serves HTTP with limits on how slow a client may be. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<RunningServer> {
  const server = createServer(
    {
      headersTimeout: 20_000,
      requestTimeout: options.requestTimeoutMs ?? 900_000,
      keepAliveTimeout: 10_000,
      connectionsCheckingInterval: 5_000,
    },
    handler,
  );
  server.timeout = options.idleTimeoutMs ?? 60_000;
  server.on('clientError', refuse);
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    async close(graceMs = 10_000) {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}
