import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { loopbackNames } from './http/allowed-hosts.ts';
import { trustNobody } from './http/client-address.ts';
import { type ConnectionLimits, Connections } from './http/connections.ts';
import { allowCors } from './http/cross-site.ts';
import { type GateRules, gatekeeper } from './http/gatekeeper.ts';
import { closeIfUnread } from './http/linger.ts';
import { oneAtATime } from './http/one-at-a-time.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './http/request-id.ts';
import { awaitsUs, type PaceLimits, watchPace } from './http/slow-requests.ts';
import { loggedAs } from './log-subject.ts';
import { answerWith, createRefusal, SAFETY_HEADERS } from './refuse.ts';
import { contextIfKnown } from './request-context.ts';
import { observeRequests } from './telemetry/http-server.ts';

export interface ListenOptions extends Partial<GateRules>, Partial<ConnectionLimits>, Partial<PaceLimits> {
  readonly host: string;
  readonly port: number;
  /** Longest silence on a connection, ms. */
  readonly idleTimeoutMs?: number;
  /** Longest time from the first byte of a request to its last, ms. */
  readonly requestTimeoutMs?: number;
  /** Longest time from the first byte of a request to the end of its headers, ms. */
  readonly headersTimeoutMs?: number;
}

export interface RunningServer {
  /** For example `http://127.0.0.1:3000`. */
  readonly url: string;
  /** In words, how many answers are under way; empty if none is. */
  unfinished(): readonly string[];
  /** Takes no more connections, waits for the answers under way up to `graceMs` (default 10,000), then cuts them. */
  close(graceMs?: number): Promise<void>;
}

const KEEP_ALIVE_MS = 10_000;
const CHECK_EVERY_MS = 5_000;

const DEFAULTS = {
  idleTimeoutMs: 60_000,
  requestTimeoutMs: 900_000,
  headersTimeoutMs: 20_000,
  allowedHosts: loopbackNames,
  corsOrigins: new Set<string>(),
  trustProxy: trustNobody,
  maxConnections: 2_000,
  minRequestRate: 1_024,
  minRequestRateWindowMs: 30_000,
};

/**
 * Closes each connection once its answer is sent, and at once if none is under way: Node by itself keeps those
 * open that have not asked yet, or whose answer promised to keep them alive.
 */
function drain(server: Server, connections: Connections, underWay: ReadonlySet<ServerResponse>): void {
  const busy = new Set([...underWay].map(({ socket }) => socket));
  for (const { socket } of [...connections]) if (!busy.has(socket)) socket.destroy();
  const leave = (response: ServerResponse) => {
    if (!response.headersSent) response.setHeader('Connection', 'close');
    response.once('close', () => setImmediate(() => server.closeIdleConnections()));
  };
  for (const response of underWay) leave(response);
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => leave(response));
}

/**
 * Serves HTTP, with an id in every answer, with limits on the number and slowness of clients, to requests for a host of
 * ours that do not come from pages of other sites. By default: under loopback names, to nobody from other sites, and
 * behind no proxy.
 */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<RunningServer> {
  const { host, port: wanted, idleTimeoutMs, requestTimeoutMs, ...rules } = { ...DEFAULTS, ...options };
  const headersTimeout = Math.min(rules.headersTimeoutMs, requestTimeoutMs);
  const connections = new Connections(rules);
  const underWay = new Set<ServerResponse>();
  const refuse = createRefusal(underWay);
  const refusalOf = gatekeeper(rules);
  const withCors = allowCors(rules.corsOrigins);
  const server = createServer({
    headersTimeout,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, headersTimeout),
    // Node would refuse it without a body.
    requireHostHeader: false,
  });
  server.timeout = idleTimeoutMs;
  server.on('timeout', (socket) => {
    const request = connections.of(socket)?.request;
    if (request && awaitsUs(request)) socket.setTimeout(idleTimeoutMs);
    else socket.destroy();
  });
  server.on('connection', (socket) => connections.add(socket));
  const observed = observeRequests();
  const serve: RequestListener = (request, response) => {
    const connection = connections.of(request.socket);
    // What follows on a connection after its last answer.
    if (!connection || request.socket.writableEnded) return;
    connections.asked(connection, request);
    underWay.add(response);
    // Limits, budgets, streams and the end of the server all wait for its close: more than the ten that Node takes for a leak.
    response.setMaxListeners(30);
    response.once('close', () => {
      underWay.delete(response);
      connections.answered(connection);
    });
    closeIfUnread(request, response);
    for (const [name, value] of Object.entries(SAFETY_HEADERS)) response.setHeader(name, value);
    response.setHeader(REQUEST_ID_HEADER, requestIdOf(request));
    if (connection.beyond) response.setHeader('Connection', 'close');
    const subject = () => contextIfKnown(request) ?? { requestId: requestIdOf(request) };
    const judge = () => {
      const refusal = refusalOf(request, response, connection);
      if (refusal) answerWith(response, refusal);
      else withCors(request, response, () => handler(request, response));
    };
    observed(request, response, () => loggedAs(subject, judge));
  };
  server.on('request', oneAtATime(serve));
  server.on('checkExpectation', (request, response) => {
    closeIfUnread(request, response);
    answerWith(response, { statusCode: 417, details: 'The Expect header cannot be satisfied' });
  });
  server.on('clientError', refuse);
  const pace = watchPace(
    connections,
    { ...rules, headLimitMs: headersTimeout + KEEP_ALIVE_MS },
    ({ socket }) =>
      refuse(Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket),
  );
  server.listen(wanted, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    unfinished: () => (underWay.size > 0 ? [`answers under way: ${underWay.size}`] : []),
    async close(graceMs = 10_000) {
      const closed = once(server, 'close');
      server.close();
      drain(server, connections, underWay);
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
      pace.stop();
    },
  };
}
