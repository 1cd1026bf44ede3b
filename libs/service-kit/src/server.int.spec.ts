import { Agent, get, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type ListenOptions, listen, type RunningServer } from './server.ts';
import { raw } from './spec-support/test-client.ts';

const shape = (statusCode: number, message: string) => ({ statusCode, message, details: expect.any(String) });

describe('the HTTP server', () => {
  let server: RunningServer;
  const start = async (handler: RequestListener, options: Partial<ListenOptions> = {}) => {
    server = await listen(handler, { host: '127.0.0.1', port: 0, ...options });
    return server.url;
  };
  afterEach(() => server.close(0));

  const ok: RequestListener = (_request, response) => response.end('ok');

  it('answers what is not HTTP with 400, in the shape of every error', async () => {
    const url = await start(ok);
    for (const nonsense of [
      'hello\r\n\r\n',
      'GET / HTTP/1.1\r\nBad Header\r\n\r\n',
      '\x16\x03\x01\x00\xa5\r\n\r\n',
    ])
      expect(await raw(url, nonsense)).toMatchObject({ statusCode: 400, body: shape(400, 'Bad Request') });
  });

  it('answers a request without a Host header with 400', async () => {
    const answer = await raw(await start(ok), 'GET / HTTP/1.1\r\n\r\n');
    expect(answer).toMatchObject({ statusCode: 400, body: shape(400, 'Bad Request') });
  });

  it('answers headers that are too large with 431', async () => {
    const answer = await raw(
      await start(ok),
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toMatchObject({ statusCode: 431, body: shape(431, 'Request Header Fields Too Large') });
  });

  it('answers an unknown Expect header with 417', async () => {
    const answer = await raw(await start(ok), 'GET / HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\n\r\n');
    expect(answer).toMatchObject({ statusCode: 417, body: shape(417, 'Expectation Failed') });
  });

  it('never writes a second answer into one that is being sent', async () => {
    const url = await start((request, response) => {
      request.on('error', () => {}).resume();
      response.write('half of it');
    });
    const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n';
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    let heard = '';
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        heard += chunk;
      });
    socket.write(head);
    while (!heard.includes('half of it')) await setTimeout(5);
    socket.write('this is no chunk\r\n');
    await new Promise((resolve) => socket.on('close', resolve));
    expect(heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('ends a connection that is silent for too long', async () => {
    const answer = await raw(await start(ok, { idleTimeoutMs: 100 }), 'GET / HT');
    expect(answer.ms).toBeGreaterThan(90);
    expect(answer.ms).toBeLessThan(2_000);
  });

  it('answers a request that takes too long to come with 408', async () => {
    const url = await start((request) => void request.on('error', () => {}).resume(), {
      requestTimeoutMs: 100,
    });
    const answer = await raw(url, 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc');
    expect(answer).toMatchObject({ statusCode: 408, body: shape(408, 'Request Timeout') });
    expect(answer.ms).toBeLessThan(2_000);
  });

  /** Asks, closes the server once the question has arrived, and returns the answer and how long closing took. */
  const closeWhileAnswering = async (handler: RequestListener) => {
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const url = await start((request, response) => {
      handler(request, response);
      arrived();
    });
    const agent = new Agent({ keepAlive: true });
    const answer = new Promise<{ body: string; connection: string | undefined }>((resolve, reject) => {
      const question = get(url, { agent }, async (response) =>
        resolve({ connection: response.headers.connection, body: await text(response) }),
      );
      question.on('error', reject);
    });
    await arrival;
    const started = performance.now();
    await server.close();
    const ms = performance.now() - started;
    const answered = await answer;
    agent.destroy();
    return { url, ms, ...answered };
  };

  it('finishes an answer that is under way before it closes, and then frees its port', async () => {
    const { url, ms, body, connection } = await closeWhileAnswering(
      (_request, response) => void setTimeout(150).then(() => response.end('in full')),
    );
    expect({ body, connection }).toEqual({ body: 'in full', connection: 'close' });
    expect(ms).toBeLessThan(2_000);
    await expect(fetch(url)).rejects.toThrow();
    const again = await listen(ok, { host: '127.0.0.1', port: Number(new URL(url).port) });
    await again.close();
  });

  it('finishes an answer that had begun before, and waits no longer', async () => {
    const { ms, body } = await closeWhileAnswering((_request, response) => {
      response.write('first half, ');
      void setTimeout(150).then(() => response.end('second half'));
    });
    expect(body).toBe('first half, second half');
    expect(ms).toBeLessThan(2_000);
  });

  it('does not wait for idle connections', async () => {
    const { hostname, port } = new URL(await start(ok));
    const silent = connect(Number(port), hostname);
    await new Promise((resolve) => silent.once('connect', resolve));
    const agent = new Agent({ keepAlive: true });
    await new Promise((resolve) => get(server.url, { agent }, (response) => resolve(text(response))));
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(1_000);
    agent.destroy();
    silent.destroy();
  });

  it('cuts what is not finished after the grace period', async () => {
    const url = await start(() => {});
    const answer = raw(url, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await setTimeout(50);
    await server.close(100);
    expect((await answer).text).toBe('');
  });
});
