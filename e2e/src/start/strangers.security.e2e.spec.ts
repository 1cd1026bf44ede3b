import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onePixelPng } from '@inkstream/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi, form } from '../support/api.ts';
import { exchange } from '../support/raw-http.ts';
import { type Started, startCommand } from './start-command.ts';

describe('what npm start runs', () => {
  let dataDir: string;
  let inkstream: Started;
  let url: string;
  let host: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'inkstream-strangers-'));
    inkstream = await startCommand(dataDir);
    url = inkstream.url ?? '';
    ({ host } = new URL(url));
  });
  afterAll(async () => {
    await inkstream.stop();
    await rm(dataDir, { recursive: true });
  });

  const ask = async (method: string, path: string, headers: Readonly<Record<string, string>>) => {
    const lines = Object.entries({ Host: host, Connection: 'close', ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    return exchange(url, `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  };
  const upload = async () =>
    form([{ bytes: new Uint8Array((await onePixelPng()).bytes), provider: 'paddle-ocr-local' }]);
  const api = createApi(() => url);
  const jobs = async () => (await api.list()).pagination.total;

  it('lets a site whose name leads to our address neither read nor delete', async () => {
    const rebound = { Host: `evil.example.com:${new URL(url).port}` };
    for (const [method, path] of [
      ['GET', '/ocr-jobs'],
      ['GET', '/ocr-jobs/1/files/1'],
      ['GET', '/ocr-jobs/1/events'],
      ['DELETE', '/ocr-jobs/1'],
      ['GET', '/docs'],
    ] as const) {
      const { status, body } = await ask(method, path, { ...rebound, 'Sec-Fetch-Site': 'same-origin' });
      expect([status, body]).toEqual([421, expect.stringContaining('ALLOWED_HOSTS')]);
    }
    expect((await ask('GET', '/health', rebound)).status).toBe(200);
  });

  it('takes no upload from a page of another site', async () => {
    const before = await jobs();
    for (const headers of [
      { origin: 'http://evil.example.com' },
      { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ])
      expect(
        (await api.call('/ocr-jobs/upload', { method: 'POST', body: await upload(), headers })).status,
      ).toBe(403);
    expect(await jobs()).toBe(before);
  });

  it('takes what its own page of documentation sends, which a link on any site may lead to', async () => {
    const followed = {
      'Sec-Fetch-Site': 'cross-site',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
    };
    const page = await ask('GET', '/docs', followed);
    expect([page.status, page.head]).toEqual([
      200,
      expect.stringMatching(/content-security-policy: default-src 'none'/i),
    ]);
    const own = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'no-cors' };
    for (const [, path] of page.body.matchAll(/(?:src|href)="([^"]+)"/g))
      expect((await ask('GET', path ?? '', own)).status, path).toBe(200);
    const headers = { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    const taken = await api.call('/ocr-jobs/upload', { method: 'POST', body: await upload(), headers });
    expect(taken.status).toBe(201);
  });

  it('does not start for more than this machine before it is told its names', async () => {
    const open = await startCommand(dataDir, { HOST: '0.0.0.0' });
    expect([open.url, open.said.join('\n')]).toEqual([
      null,
      expect.stringContaining('ALLOWED_HOSTS: must name'),
    ]);
    expect(await open.stop()).toBe(78);
  });
});
