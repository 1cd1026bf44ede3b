import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectProxy } from '../spec-support/connect-proxy.ts';
import { fetchThrough } from './vendor-fetch.ts';

let calls = 0;
let elsewhere = '';
/** 100 MB, bit by bit. */
const drip = (response: ServerResponse): void => void pipeline(large, response).catch(() => {});
async function* large() {
  for (let sent = 0; sent < 100; sent++) yield Buffer.alloc(1_000_000, ' ');
}
const vendor = createServer((request, response) => {
  calls++;
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
