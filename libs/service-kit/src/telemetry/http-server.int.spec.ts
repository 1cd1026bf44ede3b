import { get } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import express from 'express';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { privateDoor } from '../http/doors.ts';
import { errorHandler, HttpError, notFound } from '../http-error.ts';
import { silentLogger } from '../log.ts';
import { listen, type RunningServer } from '../server.ts';
import { mountedAt } from './http-route.ts';
import { currentTraceparent } from './spans.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CLIENT = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE}-${CLIENT}-01`;

let telemetry: ReturnType<typeof recordTelemetry>;
let server: RunningServer;
beforeEach(async () => {
  telemetry = recordTelemetry();
  const app = express().use(privateDoor(undefined));
  app.get('/health', (_request, response) => void response.json({}));
  app.get('/ocr-jobs/:id', (request, response) => {
    if (request.params.id === '7') throw new Error('the secret of receipt.jpg');
    response.json({ traceparent: currentTraceparent() });
  });
  app.get('/late', async (_request, response) => {
    await setTimeout(1);
    response.json({ traceparent: currentTraceparent() });
  });
  app.get('/never', () => {});
  app.get('/ocr-jobs/:id/events', (_request, response) => {
    response.type('text/event-stream').write(':\n\n');
  });
  app.get('/refuses', () => {
    throw new HttpError(409, 'No');
  });
  const inner = express.Router().get('/', (_request, response) => void response.json({}));
  inner.get('/document', (_request, response) => void response.json({}));
  app.use('/providers/:provider', mountedAt('/providers/:provider'), inner);
  app.use(notFound, errorHandler(silentLogger()));
  server = await listen(app, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await server.close(0);
  await telemetry.close();
});

const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
  const response = await fetch(server.url + path, { method, headers });
  return (await response.json()) as { readonly traceparent?: string };
};
const spans = (count: number) =>
  expect
    .poll(() => telemetry.spans().length)
    .toBe(count)
    .then(() => telemetry.spans());
const requests = () => telemetry.points('http.server.request.duration');

it('a request is a span of its route in the trace of its client, which goes on while it is handled', async () => {
  const { traceparent } = await ask('/ocr-jobs/12', { traceparent: TRACEPARENT, 'x-request-id': 'r1' });
  const [span] = await spans(1);
  expect(span).toMatchObject({
    name: 'GET /ocr-jobs/:id',
    kind: 'server',
    traceId: TRACE,
    parentId: CLIENT,
    failed: false,
  });
  expect(span?.attributes).toEqual({
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'http.route': '/ocr-jobs/:id',
    'http.response.status_code': 200,
    'inkstream.job.id': 12,
    'inkstream.tenant': 'default',
    'inkstream.request.id': 'r1',
  });
  expect(traceparent).toBe(`00-${TRACE}-${span?.spanId}-01`);
});

it('without a trace of its client, and with one that is none, it begins one, also for what comes later', async () => {
  const late = await ask('/late');
  await ask('/late', { traceparent: '00-zz-11-01' });
  const [first, second] = await spans(2);
  expect([first?.parentId, second?.parentId]).toEqual([undefined, undefined]);
  expect(first?.traceId).not.toBe(second?.traceId);
  expect(late.traceparent).toContain(first?.spanId);
});

it('a client that does not sample its trace has it not sampled here', async () => {
  const { traceparent } = await ask('/late', { traceparent: `00-${TRACE}-${CLIENT}-00` });
  expect(traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  await expect.poll(async () => (await requests()).length).toBe(1);
  expect(telemetry.spans()).toEqual([]);
});

it('an error of ours fails the span, one of the client does not, and neither tells more than its type', async () => {
  await ask('/ocr-jobs/7');
  await ask('/refuses');
  await ask('/ocr-jobs-of-my-receipt.jpg');
  const all = await spans(3);
  expect(all.map(({ name, failed }) => [name, failed])).toEqual([
    ['GET /ocr-jobs/:id', true],
    ['GET /refuses', false],
    ['GET', false],
  ]);
  expect(all.map(({ attributes }) => attributes['error.type'])).toEqual(['500', undefined, undefined]);
  expect(all.map(({ text }) => text).join()).not.toMatch(/receipt|secret/);
});

it('a router that is mounted elsewhere names its routes whole', async () => {
  await ask('/providers/fake');
  await ask('/providers/fake/document');
  const all = await spans(2);
  expect(all.map(({ name }) => name)).toEqual([
    'GET /providers/:provider',
    'GET /providers/:provider/document',
  ]);
});

it('a stream of events is over once it has begun, and is under way as long as it is open', async () => {
  const gone = new AbortController();
  await fetch(`${server.url}/ocr-jobs/3/events`, { signal: gone.signal });
  const [span] = await spans(1);
  expect(span).toMatchObject({ name: 'GET /ocr-jobs/:id/events', failed: false });
  expect(span?.attributes).toMatchObject({ 'http.response.status_code': 200 });
  const active = async () => (await telemetry.points('http.server.active_requests'))[0]?.value;
  expect(await active()).toBe(1);
  gone.abort();
  await expect.poll(active).toBe(0);
  expect((await requests()).map(({ value }) => value)).toEqual([1]);
});

it('a request whose client went away is one that was aborted', async () => {
  const request = get(`${server.url}/never`).on('error', () => {});
  await expect.poll(async () => (await telemetry.points('http.server.active_requests')).length).toBe(1);
  request.destroy();
  const [span] = await spans(1);
  expect(span?.attributes['error.type']).toBe('aborted');
  expect(span?.attributes).not.toHaveProperty('http.response.status_code');
});

it('thousands of paths and methods make no more series than there are routes', async () => {
  for (let index = 0; index < 200; index++) {
    await ask(`/ocr-jobs/${1_000 + index}`);
    await ask(`/nothing-${index}/receipt-${index}.jpg`);
  }
  await ask('/', {}, 'PROPFIND');
  expect((await requests()).map(({ attributes, value }) => ({ ...attributes, value }))).toEqual([
    {
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'http.route': '/ocr-jobs/:id',
      'http.response.status_code': 200,
      value: 200,
    },
    { 'http.request.method': 'GET', 'url.scheme': 'http', 'http.response.status_code': 404, value: 200 },
    { 'http.request.method': '_OTHER', 'url.scheme': 'http', 'http.response.status_code': 404, value: 1 },
  ]);
});

it('probes are measured and make no traces', async () => {
  await ask('/health');
  await expect.poll(async () => (await requests()).length).toBe(1);
  expect(telemetry.spans()).toEqual([]);
});
