import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import {
  contextOf,
  errorHandler,
  listen,
  privateDoor,
  publicDoor,
  type RunningServer,
  silentLogger,
} from '@inkstream/service-kit';
import express from 'express';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ForwardOptions, forwardTo } from './forward.ts';

let behind: RunningServer;
let front: RunningServer;
let nowhere: RunningServer;
/** Pages that are asked for, and never come. */
let drawing = 0;

const SECRET = 'a secret of more than 32 characters';
const log = silentLogger();

const frontOf = (url: string, options: Partial<ForwardOptions> = {}) =>
  listen(express().use(publicDoor, forwardTo(url, { log, ...options }), errorHandler(log)), {
    host: '127.0.0.1',
    port: 0,
  });

beforeAll(async () => {
  const app = express();
  app.get('/ocr-jobs', (request, response) => {
    response
      .status(206)
      .set('ETag', '"x"')
      .json({ url: request.originalUrl, range: request.get('range') });
  });
  app.get('/events', async (_request, response) => {
    response.type('text/event-stream').write('data: 1\n\n');
    await setTimeout(5_000, undefined, { ref: false });
    response.end();
  });
  app.get('/held', (_request, response) => void response.write(':\n\n'));
  app.get('/cut', async (_request, response) => {
    response.write('half');
    await setTimeout(50);
    response.destroy();
  });
  app.get('/frozen', () => {});
  app.get('/ocr-jobs/1/files/1/pages/:page', (_request, response) => {
    drawing++;
    response.once('close', () => drawing--);
  });
  app.get('/stood-still', (_request, response) => void response.status(408).json({ statusCode: 408 }));
  app.get('/who', privateDoor(SECRET), (request, response) => void response.json(contextOf(request)));
  app.use(errorHandler(log));
  behind = await listen(app, { host: '127.0.0.1', port: 0 });
  front = await frontOf(behind.url);
  const closed = await listen(app, { host: '127.0.0.1', port: 0 });
  await closed.close();
  nowhere = await frontOf(closed.url);
});
afterAll(() => Promise.all([front, behind, nowhere].map((server) => server.close(50))));

test('a read is forwarded with its query and headers, and its answer comes back as it is', async () => {
  const response = await fetch(`${front.url}/ocr-jobs?page=2`, { headers: { range: 'bytes=0-1' } });
  expect(response.status).toBe(206);
  expect(response.headers.get('etag')).toBe('"x"');
  expect(await response.json()).toEqual({ url: '/ocr-jobs?page=2', range: 'bytes=0-1' });
});

test('server-sent events come through one by one', async () => {
  const response = await fetch(`${front.url}/events`);
  const { value } = (await response.body?.getReader().read()) ?? {};
  expect(new TextDecoder().decode(value)).toBe('data: 1\n\n');
});

test('many open streams let every other read through', async () => {
  const held = new AbortController();
  const { signal } = held;
  const streams = Array.from({ length: 300 }, () => fetch(`${front.url}/held`, { signal }));
  expect((await Promise.all(streams)).every(({ ok }) => ok)).toBe(true);
  expect((await fetch(`${front.url}/ocr-jobs`)).status).toBe(206);
  held.abort();
});

test('a service that stood still, and so takes us for too slow, is 503', async () => {
  const response = await fetch(`${front.url}/stood-still`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
});

test('a service that does not answer is 503 in the shape of every error, and names no host', async () => {
  const response = await fetch(`${nowhere.url}/ocr-jobs`);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await response.json()).toEqual({
    statusCode: 503,
    message: 'Service Unavailable',
    details: 'A part of the system does not answer; try again',
  });
});

test('a read on a connection that the service just closed as idle is asked for again', async () => {
  const asked: number[] = [];
  const closing = createServer((socket) => {
    let requests = 0;
    socket.on('data', () => {
      asked.push(++requests);
      if (requests === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      else socket.resetAndDestroy();
    });
  });
  closing.listen(0, '127.0.0.1');
  await once(closing, 'listening');
  const idle = await frontOf(`http://127.0.0.1:${(closing.address() as AddressInfo).port}`);
  for (const _ of [1, 2]) expect(await (await fetch(`${idle.url}/ocr-jobs`)).text()).toBe('ok');
  expect(asked).toEqual([1, 2, 1]);
  await idle.close(50);
  closing.close();
});

test('an answer that breaks off is broken off', async () => {
  const answer = fetch(`${front.url}/cut`).then((response) => response.text());
  await expect(answer).rejects.toThrow();
});

test('an answer whose head does not come in time is 503, and one that has begun may be silent for longer', async () => {
  const impatient = await frontOf(behind.url, { headLimitMs: 300 });
  const began = performance.now();
  const stream = await fetch(`${impatient.url}/events`);
  const frozen = await fetch(`${impatient.url}/frozen`);
  expect([frozen.status, frozen.headers.get('retry-after')]).toEqual([503, '1']);
  expect(performance.now() - began).toBeLessThan(4_000);
  expect(await stream.text()).toBe('data: 1\n\n');
  await impatient.close(50);
}, 20_000);

test('a page that is to be drawn may take longer, and ends with the client that leaves', async () => {
  const impatient = await frontOf(behind.url, { headLimitMs: 50, workLimitMs: 600 });
  const began = performance.now();
  expect((await fetch(`${impatient.url}/ocr-jobs/1/files/1/pages/1?width=320`)).status).toBe(503);
  expect(performance.now() - began).toBeGreaterThan(500);
  await impatient.close(50);
  const leaving = new AbortController();
  const left = fetch(`${front.url}/ocr-jobs/1/files/1/pages/1`, { signal: leaving.signal });
  await vi.waitFor(() => expect(drawing).toBe(1));
  leaving.abort();
  await expect(left).rejects.toThrow();
  await vi.waitFor(() => expect(drawing).toBe(0));
});

test('by default a frozen service is 503 after 5 s', async () => {
  const began = performance.now();
  expect((await fetch(`${front.url}/frozen`)).status).toBe(503);
  expect(performance.now() - began).toBeGreaterThan(4_500);
  expect(performance.now() - began).toBeLessThan(15_000);
}, 20_000);

test('the context of a caller goes with its request, signed, and its id comes back once', async () => {
  const signing = await frontOf(behind.url, { secret: SECRET });
  const response = await fetch(`${signing.url}/who`, { headers: { 'x-request-id': 'mine' } });
  expect(await response.json()).toEqual({ tenant: 'default', actor: 'anonymous', requestId: 'mine' });
  expect(response.headers.get('x-request-id')).toBe('mine');
  await signing.close(50);
});

test('a service that knows another secret is 503 to the client, whose fault it is not', async () => {
  const other = await frontOf(behind.url, { secret: `${SECRET}!` });
  const response = await fetch(`${other.url}/who`);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ statusCode: 503 });
  await other.close(50);
});
