import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { answerWith, createRefusal } from './refuse.ts';

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

const HEADERS_TIMEOUT_MS = 20_000;
const CHECK_EVERY_MS = 5_000;

/**
 * Closes each connection once its answer is given, and at once where none is under way: Node by itself keeps those
 * open that have not asked yet, or whose answer promised to keep them alive.
 */
function drain(server: Server, sockets: ReadonlySet<Socket>, underWay: ReadonlySet<ServerResponse>): void {
  const busy = new Set([...underWay].map(({ socket }) => socket));
  for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
  const leave = (response: ServerResponse) => {
    if (!response.headersSent) response.setHeader('Connection', 'close');
    response.once('close', () => setImmediate(() => server.closeIdleConnections()));
  };
  for (const response of underWay) leave(response);
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => leave(response));
}

/** Serves HTTP with limits on how slow a client may be. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<RunningServer> {
  const { host, port: wanted, idleTimeoutMs = 60_000, requestTimeoutMs = 900_000 } = options;
  const sockets = new Set<Socket>();
  const underWay = new Set<ServerResponse>();
  const server = createServer({
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: 10_000,
    connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, requestTimeoutMs),
    // Node would refuse it without a body.
    requireHostHeader: false,
  });
  server.timeout = idleTimeoutMs;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request, response) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    if (request.headers.host === undefined && request.httpVersion === '1.1')
      answerWith(response, 400, 'The Host header is missing');
    else handler(request, response);
  });
  server.on('checkExpectation', (_request, response) =>
    answerWith(response, 417, 'The Expect header can not be met'),
  );
  server.on('clientError', createRefusal(underWay));
  server.listen(wanted, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async close(graceMs = 10_000) {
      const closed = once(server, 'close');
      server.close();
      drain(server, sockets, underWay);
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}
