import { createOpenApiDocument } from '@inkstream/contracts';
import { declareRoute, HttpError } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

interface KnownPath {
  /** As routes are written: `/ocr-jobs/:id`. */
  readonly template: string;
  /** Of its segments, those that are parameters are null. */
  readonly segments: readonly (string | null)[];
  readonly parameters: number;
  readonly methods: readonly string[];
}

/** Paths are told apart as Express does it: in any case, with or without a slash at the end. */
const segmentsOf = (path: string): string[] =>
  (path.endsWith('/') ? path.slice(0, -1) : path).toLowerCase().split('/');

const isAt = ({ segments }: KnownPath, path: readonly string[]): boolean =>
  segments.length === path.length &&
  segments.every((segment, index) => (segment === null ? path[index] !== '' : segment === path[index]));

/** Every path that is served, here or behind the gateway, by the document that names them all. */
function knownPaths(): readonly KnownPath[] {
  const paths = Object.entries(createOpenApiDocument().paths ?? {});
  const known = paths.map(([path, operations]): KnownPath => {
    const methods = METHODS.filter((method) => operations[method]).map((method) => method.toUpperCase());
    const segments = segmentsOf(path).map((segment) => (segment.startsWith('{') ? null : segment));
    return {
      template: path.replace(/\{(\w+)\}/g, ':$1'),
      segments,
      parameters: segments.filter((segment) => segment === null).length,
      methods: [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'],
    };
  });
  // The page to begin with is no part of that document.
  known.push({
    template: '/',
    segments: segmentsOf('/'),
    parameters: 0,
    methods: ['GET', 'HEAD', 'OPTIONS'],
  });
  // `/ocr-jobs/upload` is not the job `upload`.
  return known.toSorted((a, b) => a.parameters - b.parameters);
}

/**
 * Answers OPTIONS, and 405 if a path is known but not the method; either with `Allow`. Says of all others for which route
 * they are, whoever answers them.
 */
export function onlyKnownMethods(): RequestHandler {
  const known = knownPaths();
  return (request, response, next) => {
    const { method, path } = request;
    const segments = segmentsOf(path);
    const found = known.find((one) => isAt(one, segments));
    if (!found) return next();
    declareRoute(request, found.template);
    const Allow = found.methods.join(', ');
    if (!found.methods.includes(method))
      throw new HttpError(405, `${path} takes ${Allow}, and not ${method}`, { Allow });
    if (method !== 'OPTIONS') return next();
    response.status(204).set('Allow', Allow).end();
  };
}
