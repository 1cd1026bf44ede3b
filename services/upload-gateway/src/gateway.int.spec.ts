import { createOpenApiDocument, PROVIDERS_TOPIC } from '@inkstream/contracts';
import { ObjectStoreUnavailableError } from '@inkstream/object-store';
import type { Express } from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { override } from './spec-support/faulty.ts';
import { provider } from './spec-support/provider.ts';
import { type StartedGateway, startGateway } from './spec-support/start-gateway.ts';

let objectsFail = false;
let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway({
    backends: ({ objects }) => ({
      objects: override(objects, {
        async ping() {
          if (objectsFail) throw new ObjectStoreUnavailableError('cut off');
        },
      }),
    }),
    reads: (request, response, next) => {
      if (request.path === '/ocr-jobs') response.json({ read: request.originalUrl });
      else next();
    },
  });
});
afterAll(() => gateway.close());

const call = (method: string, path: string) => fetch(`${gateway.url}${path}`, { method });

test('a read that is not its own goes to `reads`, with its query, and with the security headers', async () => {
  const response = await call('GET', '/ocr-jobs?page=2');
  expect(await response.json()).toEqual({ read: '/ocr-jobs?page=2' });
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await call('HEAD', '/ocr-jobs')).status).toBe(200);
});

test.each([
  ['GET', '/nothing'],
  ['POST', '/ocr-jobs/1/nothing'],
  ['OPTIONS', '/nothing'],
])('%s %s is no route: 404 in the shape of every error', async (method, path) => {
  const response = await call(method, path);
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    statusCode: 404,
    message: 'Not Found',
    details: `There is no ${method} ${path}`,
  });
});

test.each([
  ['PUT', '/ocr-jobs/1', 'GET, DELETE, HEAD, OPTIONS'],
  ['POST', '/ocr-jobs', 'GET, HEAD, OPTIONS'],
  ['DELETE', '/ocr-jobs/', 'GET, HEAD, OPTIONS'],
  ['PATCH', '/ocr-jobs/1/files/1', 'GET, DELETE, HEAD, OPTIONS'],
  ['GET', '/ocr-jobs/1/files/1/executions', 'POST, OPTIONS'],
  ['HEAD', '/ocr-jobs/1/files/1/executions', 'POST, OPTIONS'],
  ['GET', '/ocr-jobs/upload', 'POST, OPTIONS'],
  ['DELETE', '/OCR-JOBS/upload', 'POST, OPTIONS'],
  ['POST', '/providers', 'GET, HEAD, OPTIONS'],
  ['PUT', '/', 'GET, HEAD, OPTIONS'],
])('%s %s is 405 with the methods that the path has', async (method, path, allow) => {
  const response = await call(method, path);
  expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  const body = { statusCode: 405, message: 'Method Not Allowed', details: expect.stringContaining(allow) };
  if (method !== 'HEAD') expect(await response.json()).toEqual(body);
  const options = await call('OPTIONS', path);
  expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
});

test.each(['application/x-www-form-urlencoded', 'text/plain', 'application/jsonx', ''])(
  'a request for an execution whose body is of type %j is 415',
  async (type) => {
    const path = `${gateway.url}/ocr-jobs/1/files/1/executions`;
    const body = new Blob(['{"ocrProvider":"fake"}']);
    const response = await fetch(path, {
      method: 'POST',
      body,
      headers: type ? { 'content-type': type } : {},
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ statusCode: 415 });
  },
);

test('the running providers are listed by name, by how they are; what is no announcement is ignored', async () => {
  const publish = (key: string, value: string) =>
    gateway.bus.publish(PROVIDERS_TOPIC, [{ key, value, headers: {} }]);
  await publish('fake', 'garbage');
  await publish('fake', '');
  await publish('fake', '{"name":"fake"}');
  await publish('mask', JSON.stringify(provider('fake', { version: 'forged' })));
  await publish('gone', JSON.stringify(provider('gone', { lifetimeMs: 0 })));
  const status = { state: 'paused', reason: 'No credit', since: '2026-11-24T12:00:00.000Z' } as const;
  await gateway.announce(provider('another', { version: '2.0.0', ...status }));
  const { lifetimeMs: _, instance: __, ...announced } = provider('fake');
  const fake = { ...announced, limits: { ...announced.limits, maxBytes: 104_857_600 } };
  expect(await (await call('GET', '/providers')).json()).toEqual([
    { ...fake, name: 'another', version: '2.0.0', ...status },
    fake,
  ]);
});

test('health tells the time, readiness each dependency', async () => {
  expect(await (await call('GET', '/health')).json()).toEqual({
    status: 'ok',
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect((await call('GET', '/health/ready')).status).toBe(200);
  objectsFail = true;
  const response = await call('GET', '/health/ready');
  objectsFail = false;
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    dependencies: { eventStore: 'ok', bus: 'ok', objects: 'unavailable' },
  });
});

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

const routesOf = (stack: readonly Layer[]): string[] =>
  stack.flatMap(({ route, handle }) =>
    route
      ? Object.keys(route.methods).map((method) => `${method} ${route.path.replace(/:(\w+)/g, '{$1}')}`)
      : routesOf(handle.stack ?? []),
  );

test('every route that is served is in the OpenAPI document, and every command in it is served', () => {
  const served = routesOf((gateway.app as Express & { router: { stack: Layer[] } }).router.stack);
  const documented = Object.entries(createOpenApiDocument().paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  const isAsset = (route: string) => route === 'get /' || route.startsWith('get /docs/');
  expect(served.length).toBeGreaterThan(8);
  expect(documented).toEqual(expect.arrayContaining(served.filter((route) => !isAsset(route))));
  expect(served).toEqual(expect.arrayContaining(documented.filter((route) => !route.startsWith('get '))));
});
