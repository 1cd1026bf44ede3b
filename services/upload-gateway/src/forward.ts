import { HttpError } from '@inkstream/service-kit';
import type { Request, RequestHandler, Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

/** Longest silence of an answer, ms; streams of events say something more often. */
const SILENCE_MS = 60_000;

/** Forwards requests to another service; 503 where it does not answer. */
export function forwardTo(url: string): RequestHandler {
  const proxy = createProxyMiddleware<Request, Response>({
    target: url,
    xfwd: true,
    proxyTimeout: SILENCE_MS,
    ejectPlugins: true,
  });
  return (request, response, next) => {
    proxy(request, response, (error?: unknown) => {
      if (error === undefined) return next();
      next(new HttpError(503, 'A part of the system does not answer; try again', { 'Retry-After': '1' }));
    });
  };
}
