import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { createOpenApiDocument } from '@inkstream/contracts';
import { declareRoute } from '@inkstream/service-kit';
import { Router, static as serveFolder } from 'express';
import { startPage } from './start-page.ts';

const require = createRequire(import.meta.url);
const SWAGGER_UI = dirname(require.resolve('swagger-ui-dist/package.json'));
const CACHE_MS = 86_400_000;

/** Nothing from elsewhere, nothing inline: the page is the API's own origin. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Inkstream API</title>
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css">
    <link rel="icon" href="/docs/assets/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START = "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true });\n";

const ASSETS = /^\/(swagger-ui\.css|swagger-ui-bundle\.js|favicon-32x32\.png)$/;

/** The start page at `/`, `/openapi.json`, and Swagger UI for it at `/docs`, all of it served from here. */
export function docsRoutes(): Router {
  const api = createOpenApiDocument();
  const document = JSON.stringify(api);
  const router = Router();
  router.get('/', startPage(api));
  router.get('/openapi.json', (_request, response) => {
    response.type('json').send(document);
  });
  router.get('/docs', (_request, response) => {
    response.set('Content-Security-Policy', POLICY).type('html').send(PAGE);
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('js').send(START);
  });
  const assets = serveFolder(SWAGGER_UI, { index: false, maxAge: CACHE_MS });
  router.use('/docs/assets', (request, response, next) => {
    if (!ASSETS.test(request.path)) return next();
    declareRoute(request, '/docs/assets/:file');
    assets(request, response, next);
  });
  return router;
}
