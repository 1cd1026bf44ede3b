import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { errorBody } from '@inkstream/service-kit';
import type { Request, RequestHandler, Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

/** Longest silence of an answer, ms; streams of events say something more often. */
const SILENCE_MS = 60_000;

const UNAVAILABLE = errorBody(503, 'A part of the system does not answer; try again');

/** Forwards requests to another service; 503 where it does not answer. */
export function forwardTo(url: string): RequestHandler {
  const proxy = createProxyMiddleware<Request, Response>({
    target: url,
    // The proxy's own agent has 256 connections: as many open streams would keep all other reads waiting.
    agent: new (url.startsWith('https:') ? HttpsAgent : HttpAgent)({ keepAlive: true }),
    xfwd: true,
    proxyTimeout: SILENCE_MS,
    on: {
      error(_error, _request, response) {
        if (!('headersSent' in response) || response.headersSent) response.destroy();
        else response.status(503).set('Retry-After', '1').json(UNAVAILABLE);
      },
    },
  });
  // Errors are answered above, so there is no next handler.
  return (request, response) => void proxy(request, response, () => {});
}
