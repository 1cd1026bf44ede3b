import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { listen, type RunningServer } from '../server.ts';
import { closesWithin, type HeldConnection, hold } from '../spec-support/connections.ts';

const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

describe('a client that sends requests without waiting for answers', () => {
  let server: RunningServer;
  let held: HeldConnection | undefined;
  let begun: string[] = [];
  let closed: string[] = [];
  /** Ends the answer of the handler `wait`. */
  let answer = () => {};
  const start = async (handler: RequestListener) => {
    begun = [];
    closed = [];
    server = await listen(
      (request, response) => {
        begun.push(request.url ?? '');
        response.once('close', () => closed.push(request.url ?? ''));
        handler(request, response);
      },
      { host: '127.0.0.1', port: 0 },
    );
  };
  const sending = async (requests: string) => {
    held = await hold(server.url, requests);
    return held;
  };
  afterEach(async () => {
    held?.socket.destroy();
    await server.close(0);
  });
  const wait: RequestListener = (request, response) => {
    answer = () => response.end(`answer to ${request.url}\n`);
  };

  it('gets them in order, with one at a time under way', async () => {
    await start(wait);
    const client = await sending(ask('/1') + ask('/2') + ask('/3'));
    for (const [index, path] of ['/1', '/2', '/3'].entries()) {
      await expect.poll(() => begun.at(-1)).toBe(path);
      expect(begun).toHaveLength(index + 1);
      answer();
    }
    await expect.poll(client.said).toContain('answer to /3');
    expect(client.said().match(/answer to \/\d/g)).toEqual(['answer to /1', 'answer to /2', 'answer to /3']);
  });

  it('and goes away leaves nothing behind that is held for an answer', async () => {
    await start(wait);
    const client = await sending(ask('/1').repeat(10));
    await expect.poll(() => begun.length).toBeGreaterThan(0);
    client.socket.destroy();
    await expect.poll(() => closed.length).toBeGreaterThan(0);
    expect(closed).toHaveLength(begun.length);
  });

  it('may send 16 ahead', async () => {
    await start((_request, response) => response.end('ok'));
    const last = 'GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const client = await sending(ask('/1').repeat(16) + last);
    expect((await client.answer).match(/HTTP\/1\.1 200/g)).toHaveLength(17);
  });

  it('loses its connection if it sends 17 ahead, since all of them are held in memory', async () => {
    await start(wait);
    const client = await sending(ask('/1').repeat(18));
    await expect.poll(client.isEnded).toBe(true);
  });

  it('loses its connection if it sends thousands', async () => {
    await start(wait);
    const client = await sending(ask('/1').repeat(5_000));
    expect(await closesWithin(client, 10_000)).toBe(true);
    expect(begun).toHaveLength(1);
  });

  it('gets a last answer, and none for what it sent after that', async () => {
    await start((request, response) => {
      response.setHeader('Connection', request.url === '/2' ? 'close' : 'keep-alive');
      response.end('ok');
    });
    const client = await sending(ask('/1') + ask('/2') + ask('/3'));
    expect((await client.answer).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(begun).toEqual(['/1', '/2']);
  });
});
