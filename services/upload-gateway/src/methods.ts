import { createOpenApiDocument } from '@inkstream/contracts';
import { HttpError } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const PARAMETER = /\{\w+\}/g;

interface KnownPath {
  readonly pattern: RegExp;
  readonly parameters: number;
  readonly methods: readonly string[];
}

/** Every path that is served, here or behind the gateway, by the document that names them all. */
function knownPaths(): readonly KnownPath[] {
  const paths = Object.entries(createOpenApiDocument().paths ?? {});
  const known = paths.map(([path, operations]): KnownPath => {
    const methods = METHODS.filter((method) => operations[method]).map((method) => method.toUpperCase());
    return {
      pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(PARAMETER, '[^/]+')}/?$`, 'i'),
      parameters: path.match(PARAMETER)?.length ?? 0,
      methods: [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'],
    };
  });
  // `/ocr-jobs/upload` is not the job `upload`.
  return known.toSorted((a, b) => a.parameters - b.parameters);
}

/** Answers OPTIONS, and 405 if a path is known but not the method; either with `Allow`. */
export function onlyKnownMethods(): RequestHandler {
  const known = knownPaths();
  return (request, response, next) => {
    const { method, path } = request;
    const found = known.find(({ pattern }) => pattern.test(path));
    if (!found) return next();
    const Allow = found.methods.join(', ');
    if (!found.methods.includes(method))
      throw new HttpError(405, `${path} takes ${Allow}, and not ${method}`, { Allow });
    if (method !== 'OPTIONS') return next();
    response.status(204).set('Allow', Allow).end();
  };
}
