import type { createOpenApiDocument } from '@inkstream/contracts';
import type { RequestHandler } from 'express';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const TITLE = 'Inkstream reads receipts: upload photos, scans and PDFs, get text and fields.';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** `/`: what this is, where its documentation is, and its routes; as text, as a page or as JSON, by `Accept`. */
export function startPage({ paths = {} }: ReturnType<typeof createOpenApiDocument>): RequestHandler {
  const routes = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method: method.toUpperCase(), path, summary: operation.summary ?? '' }] : [];
    }),
  );
  const lines = routes.map(
    ({ method, path, summary }) => `${method.padEnd(6)} ${path.padEnd(46)} ${summary}`,
  );
  const text = `${TITLE}\n\nDocumentation: /docs, for programs: /openapi.json\n\n${lines.join('\n')}\n`;
  const page = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Inkstream</title></head>
  <body>
    <h1>Inkstream</h1>
    <p>${TITLE}</p>
    <p><a href="/docs">Documentation</a>, <a href="/openapi.json">for programs</a></p>
    <pre>${escaped(lines.join('\n'))}</pre>
  </body>
</html>
`;
  return (_request, response) => {
    response.format({
      text: () => response.send(text),
      html: () => response.set('Content-Security-Policy', "default-src 'none'").send(page),
      json: () => response.json({ title: TITLE, documentation: '/docs', openapi: '/openapi.json', routes }),
    });
  };
}
