import { listen, publicDoor, type RunningServer, silentLogger } from '@inkstream/service-kit';
import express from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forwardTo } from './forward.ts';

let behind: RunningServer;
let front: RunningServer;
beforeEach(async () => {
  behind = await listen((request, response) => response.end(JSON.stringify(request.headers)), {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: (name) => name === '127.0.0.1',
  });
});
afterEach(() => Promise.all([front, behind].map((server) => server.close(50))));

const start = async (trusted: boolean) => {
  const app = express().set('trust proxy', (_: string, hop: number) => trusted && hop === 0);
  front = await listen(app.use(publicDoor, forwardTo(behind.url, { log: silentLogger() })), {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: () => true,
    corsOrigins: new Set(['https://app.example.com']),
  });
};
const seen = async (headers: Record<string, string>) => {
  const response = await fetch(`${front.url}/ocr-jobs`, { headers });
  expect(response.status).toBe(200);
  return { response, headers: (await response.json()) as Record<string, string> };
};

const SPOOFED = {
  'x-forwarded-for': '198.51.100.1, 192.0.2.1',
  forwarded: 'for=198.51.100.1',
  'x-forwarded-host': 'evil.example.com',
  'x-forwarded-proto': 'gopher',
};

test.each([
  ['nobody is trusted', false, '127.0.0.1'],
  ['the proxy before it is', true, '192.0.2.1'],
])(
  'passes on the one address of the client if %s, and nothing that the client claims',
  async (_, trusted, address) => {
    await start(trusted);
    const { headers } = await seen(SPOOFED);
    expect(headers['x-forwarded-for']).toBe(address);
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['forwarded']));
    expect(JSON.stringify(headers)).not.toMatch(/198\.51\.100\.1|evil|gopher/);
  },
);

test('asks the service behind by its own name, as no page, since it has judged the page itself', async () => {
  await start(false);
  const { response, headers } = await seen({
    origin: 'https://app.example.com',
    'sec-fetch-site': 'cross-site',
  });
  expect(headers.host).toBe(new URL(behind.url).host);
  expect(Object.keys(headers).filter((name) => /^(origin|sec-fetch)/.test(name))).toEqual([]);
  expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
});
