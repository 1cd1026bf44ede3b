import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import { type ListenOptions, listen, type RunningServer } from '../server.ts';
import { closesWithin, hold, trickle } from '../spec-support/connections.ts';

const POST = 'POST / HTTP/1.1\r\nHost: localhost\r\n';
/** The default rate, over a tenth of the default window. */
const RATE = { minRequestRate: 1_024, minRequestRateWindowMs: 3_000 };

/** All tests wait for limits to pass, so they wait at the same time, each with a server and a client of its own. */
async function start(test: TestContext, handler: RequestListener, options: Partial<ListenOptions> = RATE) {
  const server = await listen(handler, { host: '127.0.0.1', port: 0, ...options });
  test.onTestFinished(() => server.close(0));
  return server;
}

describe.concurrent('a client that sends', () => {
  const sending = async (
    test: TestContext,
    { url }: RunningServer,
    first: string,
    piece: string,
    everyMs: number,
  ) => {
    const client = await hold(url, first);
    const stop = trickle([client], piece, everyMs);
    test.onTestFinished(() => {
      stop();
      client.socket.destroy();
    });
    return client;
  };
  const takeAll: RequestListener = (request, response) => {
    request.on('error', () => {}).resume();
    request.once('end', () => response.end('taken'));
  };

  it('a byte of its body now and then gets 408, and its connection is ended', async (test) => {
    const server = await start(test, takeAll);
    const client = await sending(test, server, `${POST}Content-Length: 100000\r\n\r\n`, 'x', 500);
    expect(await closesWithin(client, 10_000)).toBe(true);
    expect(client.said()).toMatch(/^HTTP\/1\.1 408 .*Connection: close/is);
  });

  it('twice as fast as it must is served to the end', async (test) => {
    const server = await start(test, takeAll);
    const client = await sending(
      test,
      server,
      `${POST}Connection: close\r\nContent-Length: 16384\r\n\r\n`,
      'x'.repeat(512),
      250,
    );
    expect(await client.answer).toMatch(/^HTTP\/1\.1 200 .*taken$/s);
  }, 20_000);

  it('at full speed and waits until we read on is not slow', async (test) => {
    const server = await start(
      test,
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

  it('nothing but empty lines after an answer does not keep its connection', async (test) => {
    const server = await start(test, (_request, response) => response.end('ok'), {
      headersTimeoutMs: 2_000,
      idleTimeoutMs: 60_000,
    });
    const client = await sending(test, server, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', '\r\n', 1_000);
    await expect.poll(client.said).toContain('ok');
    expect(await closesWithin(client, 20_000)).toBe(true);
  }, 30_000);

  it('one request after another on its connection keeps it, however long', async (test) => {
    const server = await start(test, (_request, response) => response.end('ok'), { headersTimeoutMs: 1_000 });
    // More requests than steps of the clock, each answered within one: the limit for a head is 11 s.
    const client = await sending(test, server, '', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', 300);
    await sleep(13_000);
    expect(client.isEnded()).toBe(false);
    expect(client.said()).not.toContain('HTTP/1.1 408');
  }, 30_000);

  it('nothing, since it waits for events, is left alone', async (test) => {
    const server = await start(
      test,
      (_request, response) => {
        response.write('first, ');
        setTimeout(() => response.end('last'), 2_500);
      },
      { minRequestRateWindowMs: 300, headersTimeoutMs: 1_000 },
    );
    expect(await text((await fetch(server.url)).body ?? new ReadableStream())).toBe('first, last');
  });
});

describe.concurrent('a client that takes an answer', () => {
  const LIMITS = { minRequestRate: 1_000_000, minRequestRateWindowMs: 500 };
  /** Asks for more than the system keeps for a client that does not read it. */
  const ask = async (test: TestContext, limits: Partial<ListenOptions>) => {
    let cut = false;
    const { url } = await start(
      test,
      (_request, response) => {
        response.once('close', () => {
          cut = !response.writableFinished;
        });
        Readable.from(Array.from({ length: 1_000 }, () => Buffer.alloc(65_536))).pipe(response);
      },
      limits,
    );
    const { hostname, port } = new URL(url);
    const client = connect({ host: hostname, port: Number(port) }).on('error', () => {});
    test.onTestFinished(() => {
      client.destroy();
    });
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    return { client, isCut: () => cut };
  };
  type Asked = Awaited<ReturnType<typeof ask>>;
  /** Takes so many bytes at most every 50 ms, for so long, or until the connection is cut. */
  const take = async ({ client, isCut }: Asked, bytes: number, forMs: number) => {
    for (const until = performance.now() + forMs; performance.now() < until && !isCut(); await sleep(50))
      client.read(Math.min(bytes, client.readableLength));
  };

  it('a few bytes at a time loses its connection', async (test) => {
    const asked = await ask(test, LIMITS);
    await take(asked, 10, 15_000);
    expect(asked.isCut()).toBe(true);
  }, 40_000);

  it('faster than it must keeps its connection', async (test) => {
    const asked = await ask(test, { ...LIMITS, minRequestRate: 50_000 });
    await take(asked, 65_536, 6_000);
    expect(asked.isCut()).toBe(false);
  }, 20_000);
});
