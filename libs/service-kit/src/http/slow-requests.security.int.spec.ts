import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type ListenOptions, listen, type RunningServer } from '../server.ts';
import { closesWithin, type HeldConnection, hold, trickle } from '../spec-support/connections.ts';

const POST = 'POST / HTTP/1.1\r\nHost: localhost\r\n';
/** The default rate, over a tenth of the default window. */
const RATE = { minRequestRate: 1_024, minRequestRateWindowMs: 3_000 };

describe('a client that sends', () => {
  let server: RunningServer;
  let stop = () => {};
  let held: HeldConnection | undefined;
  const start = async (handler: RequestListener, options: Partial<ListenOptions> = RATE) => {
    server = await listen(handler, { host: '127.0.0.1', port: 0, ...options });
  };
  afterEach(async () => {
    stop();
    held?.socket.destroy();
    await server.close(0);
  });
  const sending = async (first: string, piece: string, everyMs: number) => {
    const client = await hold(server.url, first);
    held = client;
    stop = trickle([client], piece, everyMs);
    return client;
  };
  const takeAll: RequestListener = (request, response) => {
    request.on('error', () => {}).resume();
    request.once('end', () => response.end('taken'));
  };

  it('a byte of its body now and then gets 408, and its connection is ended', async () => {
    await start(takeAll);
    const client = await sending(`${POST}Content-Length: 100000\r\n\r\n`, 'x', 500);
    expect(await closesWithin(client, 10_000)).toBe(true);
    expect(client.said()).toMatch(/^HTTP\/1\.1 408 .*Connection: close/is);
  });

  it('twice as fast as it must is served to the end', async () => {
    await start(takeAll);
    const client = await sending(
      `${POST}Connection: close\r\nContent-Length: 16384\r\n\r\n`,
      'x'.repeat(512),
      250,
    );
    expect(await client.answer).toMatch(/^HTTP\/1\.1 200 .*taken$/s);
  }, 20_000);

  it('at full speed and waits until we read on is not slow', async () => {
    await start(
      async (request, response) => {
        // Nothing is read for three windows, as if the store behind were stuck, and then some at a time.
        await sleep(3 * 600);
        let bytes = 0;
        for await (const chunk of request) {
          bytes += chunk.length;
          if (bytes < 200_000) await sleep(700);
        }
        response.end(String(bytes));
      },
      { minRequestRate: 1_000_000, minRequestRateWindowMs: 600, idleTimeoutMs: 500 },
    );
    const response = await fetch(server.url, { method: 'POST', body: 'x'.repeat(3_000_000) });
    expect([response.status, await response.text()]).toEqual([200, '3000000']);
  }, 30_000);

  it('nothing but empty lines after an answer does not keep its connection', async () => {
    await start((_request, response) => response.end('ok'), {
      headersTimeoutMs: 2_000,
      idleTimeoutMs: 60_000,
    });
    const client = await sending('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', '\r\n', 1_000);
    await expect.poll(client.said).toContain('ok');
    expect(await closesWithin(client, 20_000)).toBe(true);
  }, 30_000);

  it('one request after another on its connection keeps it, however long', async () => {
    await start((_request, response) => response.end('ok'), { headersTimeoutMs: 1_000 });
    // More requests than steps of the clock, each answered within one: the limit for a head is 11 s.
    const client = await sending('', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', 300);
    await sleep(13_000);
    expect(client.isEnded()).toBe(false);
    expect(client.said()).not.toContain('408');
  }, 30_000);

  it('nothing, since it waits for events, is left alone', async () => {
    await start(
      (_request, response) => {
        response.write('first, ');
        setTimeout(() => response.end('last'), 2_500);
      },
      { minRequestRateWindowMs: 300, headersTimeoutMs: 1_000 },
    );
    expect(await text((await fetch(server.url)).body ?? new ReadableStream())).toBe('first, last');
  });
});

describe('a client that takes an answer', () => {
  let server: RunningServer;
  let client: Socket;
  let cut: boolean;
  afterEach(() => {
    client.destroy();
    return server.close(0);
  });
  const LIMITS = { minRequestRate: 1_000_000, minRequestRateWindowMs: 500 };
  /** Asks for more than the system keeps for a client that does not read it. */
  const ask = async (limits: Partial<ListenOptions>) => {
    cut = false;
    server = await listen(
      (_request, response) => {
        response.once('close', () => {
          cut = !response.writableFinished;
        });
        Readable.from(Array.from({ length: 1_000 }, () => Buffer.alloc(65_536))).pipe(response);
      },
      { host: '127.0.0.1', port: 0, ...limits },
    );
    const { hostname, port } = new URL(server.url);
    client = connect({ host: hostname, port: Number(port) }).on('error', () => {});
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  };
  /** Reads at most this many bytes every 50 ms, for this long. */
  const take = async (bytes: number, forMs: number) => {
    for (const until = performance.now() + forMs; performance.now() < until; await sleep(50))
      client.read(Math.min(bytes, client.readableLength));
  };

  it('a few bytes at a time loses its connection', async () => {
    await ask(LIMITS);
    const taking = take(10, 15_000);
    await expect.poll(() => cut, { timeout: 15_000 }).toBe(true);
    await taking;
  }, 40_000);

  it('faster than it must keeps its connection', async () => {
    await ask({ ...LIMITS, minRequestRate: 50_000 });
    await take(65_536, 6_000);
    expect(cut).toBe(false);
  }, 20_000);
});
