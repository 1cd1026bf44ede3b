import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type ListenOptions, listen, type RunningServer } from '../server.ts';
import { type HeldConnection, hold, trickle } from '../spec-support/connections.ts';

const HALF_A_HEAD = 'GET / HTTP/1.1\r\nHost: localhost\r\n';
const UPLOAD = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n';
const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
/** Every one of these is this machine. */
const address = (index: number) => `127.0.0.${2 + index}`;

describe('the connections of a server', () => {
  let server: RunningServer;
  let stop = () => {};
  const held: HeldConnection[] = [];
  let asked = 0;
  const start = async (options: Partial<ListenOptions> = {}) => {
    server = await listen(
      (request, response) => {
        asked++;
        request.on('error', () => {}).resume();
        if (request.method === 'GET') response.end('ok');
      },
      { host: '127.0.0.1', port: 0, ...options },
    );
  };
  /** As many uploads as there are connections so far are under way. */
  const allAsked = () => expect.poll(() => asked, { timeout: 10_000 }).toBe(held.length);
  afterEach(async () => {
    stop();
    asked = 0;
    for (const { socket } of held.splice(0)) socket.destroy();
    await server.close(0);
  });

  const holdMany = async (count: number, first: string, from: (index: number) => string) => {
    for (let index = 0; index < count; index++) held.push(await hold(server.url, first, from(index)));
  };
  const answer = async (path: string, from?: string) => (await hold(server.url, ask(path), from)).answer;
  const open = () => held.filter((one) => !one.isEnded()).length;

  it('let health and everything else through while 1,200 of one address never finish their heads', async () => {
    await start();
    await holdMany(1_200, HALF_A_HEAD, () => '127.0.0.1');
    stop = trickle(held, 'X-a: b\r\n', 1_000);
    for (const from of ['127.0.0.1', '127.0.0.2'])
      for (const path of ['/health', '/ocr-jobs']) expect(statusOf(await answer(path, from))).toBe(200);
    await expect.poll(open).toBeLessThanOrEqual(400);
  }, 60_000);

  it('let health and everything else through while those of many addresses never finish their heads', async () => {
    await start({ maxConnections: 60 });
    await holdMany(200, HALF_A_HEAD, (index) => address(index % 20));
    for (const path of ['/health', '/ocr-jobs']) expect(statusOf(await answer(path))).toBe(200);
    await expect.poll(open).toBeLessThanOrEqual(60);
  });

  it('leave room for health checks if all of them are busy, and refuse everything else with 503', async () => {
    await start({ maxConnections: 60, maxConnectionsPerAddress: 12 });
    await holdMany(60, UPLOAD, (index) => address(index % 5));
    await allAsked();
    // More than fit beyond the cap.
    await holdMany(100, HALF_A_HEAD, (index) => address(10 + (index % 50)));
    for (const path of ['/health', '/health/ready']) expect(statusOf(await answer(path))).toBe(200);
    const refused = await answer('/ocr-jobs');
    expect(statusOf(refused)).toBe(503);
    expect(refused).toMatch(/connection: close.*retry-after: \d+|retry-after: \d+.*connection: close/is);
    expect(refused).toContain('"statusCode":503');
    await expect.poll(open).toBeLessThanOrEqual(60 + 64);
    expect(held.slice(0, 60).some((one) => one.isEnded())).toBe(false);
  });

  it('of one address use up no more than its share: one too many is 429, another address is served', async () => {
    await start({ maxConnections: 50 });
    await holdMany(10, UPLOAD, () => '127.0.0.1');
    await allAsked();
    const refused = await answer('/ocr-jobs');
    expect([statusOf(refused), refused.includes('"statusCode":429')]).toEqual([429, true]);
    expect(statusOf(await answer('/health'))).toBe(200);
    expect(statusOf(await answer('/ocr-jobs', '127.0.0.2'))).toBe(200);
    held[0]?.socket.destroy();
    await expect.poll(async () => statusOf(await answer('/ocr-jobs'))).toBe(200);
  });

  it('that wait for their next request give way to new ones, and those that are answered do not', async () => {
    await start({ maxConnections: 2, maxConnectionsPerAddress: 2 });
    await holdMany(1, UPLOAD, () => '127.0.0.1');
    await holdMany(1, ask('/').replace('close', 'keep-alive'), () => '127.0.0.1');
    await expect.poll(() => held[1]?.said()).toContain('ok');
    expect(statusOf(await answer('/ocr-jobs'))).toBe(200);
    await expect.poll(() => held.map((one) => one.isEnded())).toEqual([false, true]);
  });

  it('of a proxy that is trusted are not limited, but the requests of each client behind it', async () => {
    await start({ maxConnections: 50, maxConnectionsPerAddress: 5, trustProxy: (_, hop) => hop === 0 });
    const uploadOf = (client: string) =>
      UPLOAD.replace('\r\n\r\n', `\r\nX-Forwarded-For: 10.0.0.1, ${client}\r\n\r\n`);
    for (const client of ['192.0.2.1', '192.0.2.2'])
      for (let count = 0; count < 5; count++) await holdMany(1, uploadOf(client), () => '127.0.0.1');
    await allAsked();
    expect(held.some((one) => one.isEnded())).toBe(false);
    const refused = await hold(server.url, uploadOf('192.0.2.1'));
    expect(statusOf(await refused.answer)).toBe(429);
    const other = await hold(server.url, uploadOf('192.0.2.3'));
    held.push(other);
    await sleep(300);
    expect(other.isEnded()).toBe(false);
    held[0]?.socket.destroy();
    await expect
      .poll(async () => {
        const again = await hold(server.url, uploadOf('192.0.2.1'));
        held.push(again);
        await sleep(300);
        return again.isEnded();
      })
      .toBe(false);
  });
});
