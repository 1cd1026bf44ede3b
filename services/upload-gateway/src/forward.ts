import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  type ClientCall,
  CONTEXT_HEADER,
  contextOf,
  HttpError,
  type Logger,
  sendError,
  signContext,
  startCall,
} from '@inkstream/service-kit';
import type { Request, RequestHandler, Response } from 'express';
import { ProxyServer } from 'httpxy';

/** How long the head of an answer may take, ms: if it takes longer, the service is stuck or frozen. */
const HEAD_LIMIT_MS = 5_000;
/** The same where the service works for it: as long as query-api itself takes at most to draw a page and to store it. */
const WORK_LIMIT_MS = 65_000;
const WORKS = /\/pages\/[^/]+\/?$/i;
/** Longest silence of an answer that has begun, ms; streams of events say something more often. */
const SILENCE_MS = 60_000;

/**
 * What the gateway has checked, and the service behind it must not check again: it would not know the host that the
 * client asked for, and would take the client's page for another site's.
 */
const JUDGED = ['origin', 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'sec-fetch-user'];
/** What a client says of where it comes from, and what it would have all of us carry along. */
const CLAIMS = [
  'baggage',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
];

/** Answers of a service that blame us and not the client, who gets 503, by their status. */
const REFUSALS_OF_US: Readonly<Record<number, string>> = {
  401: 'the service does not take our INTERNAL_SECRET',
  408: 'the service stood still, and takes us for too slow',
};

export interface ForwardOptions {
  readonly log: Logger;
  /** Signs the contexts of the callers. */
  readonly secret?: string | undefined;
  readonly headLimitMs?: number;
  readonly workLimitMs?: number;
}

function unavailable(response: Response): void {
  if (response.headersSent) response.destroy();
  else
    sendError(
      response,
      new HttpError(503, 'A part of the system does not answer; try again', { 'Retry-After': '1' }),
    );
}

/** Whether nothing but a connection was lost that the service had closed as idle: the read can be asked for again. */
const wasClosedAsIdle = (error: Error, asked: ClientRequest | undefined): boolean =>
  asked?.reusedSocket === true && 'code' in error && error.code === 'ECONNRESET';

/**
 * Forwards reads to another service, under that one's own host, with the client's address as `X-Forwarded-For` and
 * its context signed by the secret, if there is one; 503 if it does not answer in time, stood still, or knows another secret.
 * Reads alone: one may be sent twice.
 */
export function forwardTo(url: string, options: ForwardOptions): RequestHandler {
  const { log, secret, headLimitMs = HEAD_LIMIT_MS, workLimitMs = WORK_LIMIT_MS } = options;
  /** The request to the service by that of the client. */
  const underWay = new WeakMap<Request, ClientRequest>();
  const calls = new WeakMap<Request, ClientCall>();
  const proxy = new ProxyServer<Request, Response>({
    target: url,
    // The proxy's own agent has 256 connections: as many open streams would keep all other reads waiting.
    agent: new (url.startsWith('https:') ? HttpsAgent : HttpAgent)({ keepAlive: true }),
    changeOrigin: true,
    proxyTimeout: Math.max(SILENCE_MS, workLimitMs),
  });
  proxy.on('proxyReq', (asked, request) => {
    underWay.set(request, asked);
    const limitMs = WORKS.test(request.path) ? workLimitMs : headLimitMs;
    const limit = setTimeout(() => asked.destroy(new Error('No answer in time')), limitMs);
    asked.once('response', () => clearTimeout(limit)).once('close', () => clearTimeout(limit));
  });
  proxy.on('proxyRes', (answer, request, response) => {
    calls.get(request)?.end({ status: answer.statusCode ?? 0 });
    const reason = REFUSALS_OF_US[answer.statusCode ?? 0];
    if (reason === undefined) return;
    log.error({ url }, reason);
    answer.destroy();
    unavailable(response);
  });
  const forward = (request: Request, response: Response): Promise<void> => {
    const call = startCall(request.method, url);
    calls.set(request, call);
    Object.assign(request.headers, call.headers);
    return proxy.web(request, response).catch(async (err) => {
      call.end({ error: err });
      if (!response.headersSent && wasClosedAsIdle(err, underWay.get(request)))
        await forward(request, response);
      else {
        log.warn({ ...contextOf(request), err }, 'the service did not answer a read');
        unavailable(response);
      }
    });
  };
  return (request, response) => {
    const { ip } = request;
    for (const name of [...JUDGED, ...CLAIMS]) delete request.headers[name];
    const context = contextOf(request);
    request.headers['x-request-id'] = context.requestId;
    if (secret !== undefined) request.headers[CONTEXT_HEADER] = signContext(context, secret);
    if (ip) request.headers['x-forwarded-for'] = ip;
    void forward(request, response);
  };
}
