import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { REQUEST_ID } from './http/request-id.ts';
import type { Logger } from './log.ts';

/** On whose behalf something is done: goes into commands, event metadata, messages, the read model and log lines. */
export const requestContextSchema = z.object({
  /** Whose data it is about; what belongs to other tenants does not exist for it. */
  tenant: z.string().min(1).max(128),
  /** Who asks. */
  actor: z.string().min(1).max(128),
  /** The id of the client's request that caused it. */
  requestId: z.string().regex(REQUEST_ID),
});
export type RequestContext = Readonly<z.output<typeof requestContextSchema>>;

const contexts = new WeakMap<IncomingMessage, RequestContext>();

/** Stores the context that a door has made for a request. */
export const setContext = (request: IncomingMessage, context: RequestContext): void =>
  void contexts.set(request, context);

/** The caller's context, if a door has made it: a request that was refused earlier has none. */
export const contextIfKnown = (request: IncomingMessage): RequestContext | undefined => contexts.get(request);

/**
 * The caller's context.
 *
 * @throws Error if the application has neither `publicDoor` nor `privateDoor` before the route.
 */
export function contextOf(request: IncomingMessage): RequestContext {
  const context = contexts.get(request);
  if (!context) throw new Error('The request came through no door that makes its context');
  return context;
}

/** A route's handler that takes the caller's context first; what it throws or rejects with is answered as an error. */
export const withContext =
  <Params>(
    handle: (context: RequestContext, request: Request<Params>, response: Response) => void | Promise<void>,
  ): RequestHandler<Params> =>
  (request, response) =>
    handle(contextOf(request), request, response);

/** A logger whose lines say on whose behalf: `tenant`, `actor`, `requestId`. */
export const logFor = (log: Logger, { tenant, actor, requestId }: RequestContext): Logger =>
  log.child({ tenant, actor, requestId });
