import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { inSpan } from '@inkstream/service-kit';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectProxy } from '../spec-support/connect-proxy.ts';
import { fetchThrough } from './vendor-fetch.ts';

let calls = 0;
let traceparents: unknown[] = [];
let elsewhere = '';
/** 100 MB, bit by bit. */
const drip = (response: ServerResponse): void => void pipeline(large, response).catch(() => {});
async function* large() {
  for (let sent = 0; sent < 100; sent++) yield Buffer.alloc(1_000_000, ' ');
}
const vendor = createServer((request, response) => {
  calls++;
  traceparents.push(request.headers.traceparent);
  if (request.url === '/moved') return void response.writeHead(307, { location: elsewhere }).end();
  if (request.url === '/large') return drip(response.writeHead(200));
  if (request.url === '/bomb')
    return void response
      .writeHead(200, { 'content-encoding': 'gzip' })
      .end(gzipSync(Buffer.alloc(70_000_000)));
  response.writeHead(request.url === '/busy' ? 503 : 200).end(`${request.method} ${request.headers.host}`);
});
let proxy: Awaited<ReturnType<typeof connectProxy>>;
let port = 0;
beforeAll(async () => {
  await once(vendor.listen(0, '127.0.0.1'), 'listening');
  port = (vendor.address() as AddressInfo).port;
  proxy = await connectProxy(() => port);
});
afterAll(async () => {
  vendor.closeAllConnections();
  vendor.close();
  await proxy.close();
});

test('calls go through the proxy of the environment, in capitals or small letters', async () => {
  for (const name of ['HTTP_PROXY', 'http_proxy']) {
    const through = fetchThrough({ [name]: proxy.url });
    expect(await (await through('http://vendor.example/v1')).text()).toBe('GET vendor.example');
    expect(proxy.asked.pop()).toBe('vendor.example:80');
  }
});

test('a request object of an SDK goes the same way', async () => {
  const through = fetchThrough({ HTTP_PROXY: proxy.url });
  const request = new Request('http://vendor.example/v1', { method: 'POST', body: 'x' });
  expect(await (await through(request)).text()).toBe('POST vendor.example');
  expect(proxy.asked.pop()).toBe('vendor.example:80');
});

test('hosts of NO_PROXY are reached directly, and all of them without a proxy', async () => {
  const url = `http://127.0.0.1:${port}/v1`;
  for (const env of [{ HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1,other' }, {}])
    expect((await fetchThrough(env)(url)).status).toBe(200);
  expect(proxy.asked).toEqual([]);
});

test('nothing is tried again', async () => {
  calls = 0;
  expect((await fetchThrough({})(`http://127.0.0.1:${port}/busy`)).status).toBe(503);
  expect(calls).toBe(1);
});

test('an abort ends the call', async () => {
  await expect(
    fetchThrough({})(`http://127.0.0.1:${port}/`, { signal: AbortSignal.abort() }),
  ).rejects.toThrow(/abort/i);
});

test('a redirect takes nothing to another host', async () => {
  const asked: (string | undefined)[] = [];
  const other = createServer(({ url }, response) => {
    asked.push(url);
    response.end();
  });
  await once(other.listen(0, '127.0.0.1'), 'listening');
  elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/taken`;
  const url = `http://127.0.0.1:${port}/moved`;
  const call = { method: 'POST', headers: { apikey: 'secret' }, body: 'document' };
  expect((await fetchThrough({})(url, call)).status).toBe(307);
  expect((await fetchThrough({})(new Request(url, call))).status).toBe(307);
  expect(asked).toEqual([]);
  other.closeAllConnections();
  other.close();
});

test.each(['large', 'bomb'])(
  'an answer that is too large (%s) is given up, as that of its page',
  async (path) => {
    const answer = await fetchThrough({})(`http://127.0.0.1:${port}/${path}`);
    await expect(answer.text()).rejects.toMatchObject({ name: 'ProviderError', code: 'invalid_result' });
  },
);

test('a call carries its trace on, and is measured by the host and the status', async () => {
  const telemetry = recordTelemetry();
  traceparents = [];
  const through = fetchThrough({});
  const url = `http://127.0.0.1:${port}`;
  const secret = new Request(`${url}/v1?key=secret`, { headers: { 'x-api-key': 'key-123' }, method: 'POST' });
  await inSpan('recognise', {}, async () => {
    await through(secret);
    await through(`${url}/busy`, { headers: [['x', 'y']] });
    await expect(through('http://127.0.0.1:1/v1')).rejects.toThrow();
  });
  await through(`${url}/v1`);
  const [first, second, third, recognise] = telemetry.spans();
  const points = await telemetry.points('http.client.request.duration');
  await telemetry.close();
  expect(traceparents).toEqual([
    `00-${recognise?.traceId}-${first?.spanId}-01`,
    `00-${recognise?.traceId}-${second?.spanId}-01`,
    undefined,
  ]);
  const spans = [first, second, third];
  expect(spans.map((span) => [span?.name, span?.kind, span?.parentId, span?.failed])).toEqual([
    ['POST', 'client', recognise?.spanId, false],
    ['GET', 'client', recognise?.spanId, true],
    ['GET', 'client', recognise?.spanId, true],
  ]);
  expect(spans.map((span) => span?.text).join()).not.toMatch(/secret|key-123|v1/);
  const measured = points.map(({ attributes }) => [
    attributes['server.address'],
    attributes['http.response.status_code'] ?? attributes['error.type'],
  ]);
  expect(measured).toEqual([
    ['127.0.0.1', 200],
    ['127.0.0.1', 503],
    ['127.0.0.1', 'TypeError'],
    ['127.0.0.1', 200],
  ]);
});
