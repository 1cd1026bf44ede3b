import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type ListenOptions, listen, type RunningServer } from '../server.ts';
import { closesWithin, type HeldConnection, hold, trickle } from '../spec-support/connections.ts';

/** Two seconds of grace, and as much again for a busy machine. */
const SOON_MS = 4_500;
const CLIENTS = 50;

describe('a connection that was refused', () => {
  let server: RunningServer;
  let stop = () => {};
  const held: HeldConnection[] = [];
  const start = async (handler: RequestListener, options: Partial<ListenOptions> = {}) => {
    server = await listen(handler, { host: '127.0.0.1', port: 0, ...options });
  };
  afterEach(async () => {
    stop();
    for (const { socket } of held.splice(0)) socket.destroy();
    await server.close(0);
  });

  /** Clients that go on sending, whatever the answer is. */
  const trickling = async (first: string, piece: string) => {
    held.push(...(await Promise.all(Array.from({ length: CLIENTS }, () => hold(server.url, first)))));
    stop = trickle(held, piece, 100);
    return held;
  };
  const allClose = async (withinMs: number) =>
    expect((await Promise.all(held.map((one) => closesWithin(one, withinMs)))).filter(Boolean)).toHaveLength(
      CLIENTS,
    );
  const refuseAll: RequestListener = (_request, response) => {
    response.writeHead(413, { 'Content-Type': 'text/plain' }).end('too much');
  };
  const POST = 'POST / HTTP/1.1\r\nHost: localhost\r\n';

  it.each([
    ['a body', `${POST}Content-Length: 100000\r\n\r\n`, 'x'],
    ['a chunked body', `${POST}Transfer-Encoding: chunked\r\n\r\n`, '1\r\nx\r\n'],
    ['what is not HTTP', 'BLAH\r\n\r\n', 'X-a: b\r\n'],
    ['a refused host', 'POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 100000\r\n\r\n', 'x'],
  ])('is closed soon after its answer, however %s trickles on', async (_what, first, piece) => {
    await start(refuseAll);
    await trickling(first, piece);
    await allClose(SOON_MS);
    for (const { said } of held) expect(said()).toMatch(/^HTTP\/1\.1 4\d\d .*Connection: close/is);
  });

  it('is closed soon after 408, however its headers trickle on', async () => {
    await start(refuseAll, { headersTimeoutMs: 300 });
    await trickling('GET / HTTP/1.1\r\nHost: localhost\r\n', 'X-a: b\r\n');
    await allClose(SOON_MS + 1_000);
    for (const { said } of held) expect(said()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('has its answer read to the end by a client that sends all of a large body first', async () => {
    await start(refuseAll);
    const body = 'x'.repeat(20_000_000);
    const response = await fetch(server.url, { method: 'POST', body });
    expect([response.status, await response.text()]).toEqual([413, 'too much']);
  });

  it('gets no second request answered or executed', async () => {
    const seen: (string | undefined)[] = [];
    await start((request, response) => {
      seen.push(request.method);
      refuseAll(request, response);
    });
    const client = await hold(server.url, `${POST}Content-Length: 5\r\n\r\nab`);
    held.push(client);
    await expect.poll(client.said).toContain('413');
    client.socket.write('cdeDELETE /ocr-jobs/1 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await sleep(500);
    expect(client.said().match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(seen).toEqual(['POST']);
  });

  it('is kept for the next request if the body was read', async () => {
    await start((request, response) => void request.resume().once('end', () => refuseAll(request, response)));
    const client = await hold(server.url, `${POST}Content-Length: 2\r\n\r\nab`);
    await expect.poll(client.said).toContain('too much');
    client.socket.end(`${POST}Content-Length: 2\r\nConnection: close\r\n\r\ncd`);
    expect((await client.answer).match(/HTTP\/1\.1 413/g)).toHaveLength(2);
  });
});
