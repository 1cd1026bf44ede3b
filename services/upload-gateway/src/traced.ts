import { inSpan } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';

/** Handles a route in a span of its own, which follows from the client's `traceparent` and ends with the answer. */
export const traced: RequestHandler = (request, response, next) => {
  void inSpan(`${request.method} ${request.route.path}`, { parent: request.get('traceparent') }, async () => {
    const closed = new Promise((resolve) => response.once('close', resolve));
    next();
    await closed;
  });
};
