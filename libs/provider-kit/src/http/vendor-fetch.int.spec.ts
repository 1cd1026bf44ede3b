import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectProxy } from '../spec-support/connect-proxy.ts';
import { fetchThrough } from './vendor-fetch.ts';

let calls = 0;
const vendor = createServer((request, response) => {
  calls++;
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
