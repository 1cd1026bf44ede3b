import { createOpenApiDocument } from '@inkstream/contracts';
import { listen, notFound, privateDoor, type RunningServer, silentLogger } from '@inkstream/service-kit';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import express from 'express';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { forwardTo } from './forward.ts';
import { backlogFrom } from './providers/backlog.ts';
import { type StartedGateway, startGateway } from './spec-support/start-gateway.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SECRET = 'a secret of more than 32 characters';

let telemetry: ReturnType<typeof recordTelemetry>;
let behind: RunningServer;
let gateway: StartedGateway;
let clock = 0;
beforeAll(async () => {
  telemetry = recordTelemetry();
  const app = express().use(privateDoor(SECRET));
  app.get('/ocr-jobs/:id', (request, response) => void response.json(request.headers));
  app.get('/internal/backlog', (_request, response) => {
    response.json({ providers: {}, isWhole: true });
  });
  app.get('/ocr-jobs/:id/events', (_request, response) => {
    response.type('text/event-stream').write(':\n\n');
  });
  behind = await listen(app.use(notFound), { host: '127.0.0.1', port: 0 });
  gateway = await startGateway({
    reads: forwardTo(behind.url, { log: silentLogger(), secret: SECRET }),
    backlog: backlogFrom(behind.url, SECRET),
    clock: () => clock,
  });
});
afterAll(async () => {
  await gateway.close();
  await behind.close(0);
  await telemetry.close();
});
let before = 0;
beforeEach(() => {
  before = telemetry.spans().length;
});

const ask = (path: string, more: RequestInit = {}) =>
  fetch(gateway.url + path, { headers: { traceparent: `00-${TRACE}-b7ad6b7169203331-01` }, ...more });
/** Of the spans since the test began: name, kind, and the name of the parent. */
async function tree(count: number) {
  await expect.poll(() => telemetry.spans().length - before).toBe(count);
  const spans = telemetry.spans().slice(before);
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  const nameOf = (id: string | undefined) => {
    const parent = spans.find(({ spanId }) => spanId === id);
    return parent ? `${parent.kind} ${parent.name}` : 'the client';
  };
  return spans.map(({ name, kind, parentId }) => `${kind} ${name} < ${nameOf(parentId)}`).toSorted();
}

test('a read that is forwarded is one trace, through the gateway and the service behind it', async () => {
  expect((await ask('/ocr-jobs/4')).status).toBe(200);
  expect(await tree(3)).toEqual([
    'client GET < server GET /ocr-jobs/:id',
    'server GET /ocr-jobs/:id < client GET',
    'server GET /ocr-jobs/:id < the client',
  ]);
});

test('what a client sends beside its trace goes no further', async () => {
  const headers = {
    traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
    tracestate: 'a=b',
    baggage: 'name=secret',
  };
  const behindSaw = await (await ask('/ocr-jobs/4', { headers })).json();
  expect(behindSaw).toMatchObject({ tracestate: 'a=b' });
  expect(JSON.stringify(behindSaw)).not.toContain('secret');
});

test('a stream of events keeps no span open', async () => {
  const gone = new AbortController();
  await ask('/ocr-jobs/4/events', { signal: gone.signal });
  expect(await tree(3)).toContain('client GET < server GET /ocr-jobs/:id/events');
  gone.abort();
});

test('the backlog of the providers is asked for in the trace of who asks for them', async () => {
  // Later than the answer serves that was asked for at the start.
  clock += 10_000;
  await ask('/providers');
  expect(await tree(3)).toEqual([
    'client GET < server GET /providers',
    'server GET /internal/backlog < client GET',
    'server GET /providers < the client',
  ]);
});

test('each route of the API is measured by its template, whoever answers it', async () => {
  const paths = Object.keys(createOpenApiDocument().paths ?? {});
  const templates = paths.map((path) => path.replace(/\{(\w+)\}/g, ':$1'));
  for (const path of paths)
    await ask(path.replace(/\{\w+\}/g, '999'), { signal: AbortSignal.timeout(5_000) });
  const points = await telemetry.points('http.server.request.duration');
  const routes = new Set(points.map(({ attributes }) => attributes['http.route']));
  expect(templates.filter((template) => !routes.has(template))).toEqual([]);
  expect([...routes].filter((route) => String(route).includes('999'))).toEqual([]);
});

test('calls to the service behind it are measured by its address', async () => {
  const { hostname, port } = new URL(behind.url);
  expect(await telemetry.points('http.client.request.duration')).toContainEqual({
    attributes: {
      'http.request.method': 'GET',
      'server.address': hostname,
      'server.port': Number(port),
      'http.response.status_code': 200,
    },
    value: expect.any(Number),
  });
});
