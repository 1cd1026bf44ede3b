import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

const mounts = new WeakMap<IncomingMessage, string>();
const declared = new WeakMap<IncomingMessage, string>();

/** To be used before a router that is mounted elsewhere than at the root: says at which template. */
export const mountedAt =
  (template: string): RequestHandler =>
  (request, _response, next) => {
    mounts.set(request, template);
    next();
  };

/** Says which route a request is for, such as `/ocr-jobs/:id`, if no Express route of this process answers it. */
export const declareRoute = (request: IncomingMessage, template: string): void =>
  void declared.set(request, template);

/**
 * The template of the route that answers a request, as Express knows it once its handlers were called. Undefined if
 * there is none: the path itself would be a new label each time.
 */
export function routeOf(request: IncomingMessage): string | undefined {
  const { route } = request as IncomingMessage & { readonly route?: { readonly path: unknown } };
  if (typeof route?.path !== 'string') return declared.get(request);
  const mount = mounts.get(request) ?? '';
  return mount !== '' && route.path === '/' ? mount : mount + route.path;
}
