import { afterEach, describe, expect, it } from 'vitest';
import { readConfig, serverConfig } from '../config.ts';
import { internalPort, publicPort } from '../ports.ts';
import { type ListenOptions, listen, type RunningServer } from '../server.ts';
import { raw } from '../spec-support/test-client.ts';

const config = (env: Record<string, string> = {}) => readConfig(serverConfig, { PORT: '0', ...env });

describe('a request for a host', () => {
  let server: RunningServer;
  const start = async (port: ListenOptions) => {
    server = await listen((request, response) => response.end(`"${request.url}"`), {
      ...port,
      host: '127.0.0.1',
    });
  };
  afterEach(() => server.close(0));
  const ask = (target: string, ...lines: string[]) =>
    raw(server.url, [`GET ${target} HTTP/1.1`, ...lines, 'Connection: close', '', ''].join('\r\n'));
  const status = async (host: string, target = '/ocr-jobs') =>
    (await ask(target, `Host: ${host}`)).statusCode;

  it.each([
    'localhost',
    'localhost:3000',
    'LOCALHOST',
    'localhost.',
    '127.0.0.1:80',
    '127.1.2.3',
    '[::1]:3000',
  ])('that only this machine can mean is answered by default: %s', async (host) => {
    await start(publicPort(config()));
    expect(await status(host)).toBe(200);
  });

  it.each([
    'evil.example.com',
    'localhost.evil.example.com',
    '127.0.0.1.evil.example.com',
    'evil.example.com:localhost',
    'localhost@evil.example.com',
    'localhost, evil.example.com',
    '192.168.1.5:3000',
    '[::2]',
    '',
  ])('that is not ours is refused with 421, which names the variable: "%s"', async (host) => {
    await start(publicPort(config()));
    const answer = await ask('/ocr-jobs', `Host: ${host}`);
    expect(answer).toMatchObject({
      statusCode: 421,
      body: {
        statusCode: 421,
        message: 'Misdirected Request',
        details: expect.stringContaining('ALLOWED_HOSTS'),
      },
    });
  });

  it('is answered for the names that are configured, and no others', async () => {
    await start(
      publicPort(config({ HOST: '0.0.0.0', ALLOWED_HOSTS: 'ink.example.com, *.ink.test,[2001:db8::1]' })),
    );
    for (const host of [
      'ink.example.com',
      'INK.example.com:8443',
      'a.ink.test',
      'a.b.ink.test:1',
      '[2001:db8::1]',
    ])
      expect(await status(host), host).toBe(200);
    for (const host of ['example.com', 'x.ink.example.com', 'ink.test', 'aink.test', 'localhost'])
      expect(await status(host), host).toBe(421);
  });

  it('is answered by an internal service under its own name, and under loopback names', async () => {
    await start(internalPort(config({ HOST: '0.0.0.0' }), 'query-api'));
    for (const host of ['query-api:3000', 'localhost:3000']) expect(await status(host), host).toBe(200);
    expect(await status('evil.example.com')).toBe(421);
  });

  it('does not matter to health and metrics, which are asked by address', async () => {
    await start(publicPort(config()));
    for (const path of ['/health', '/health/ready', '/metrics', '/health?x=1'])
      expect(await status('10.1.2.3:3000', path), path).toBe(200);
    for (const path of ['/health/../ocr-jobs', '/healthy', '/HEALTH/x', '//health'])
      expect(await status('10.1.2.3:3000', path), path).toBe(421);
  });

  it('is 400 with two Host headers, even for health', async () => {
    await start(publicPort(config()));
    for (const target of ['/ocr-jobs', '/health'])
      for (const second of ['Host: localhost', 'host: evil.example.com'])
        expect((await ask(target, 'Host: localhost', second)).statusCode).toBe(400);
  });

  it('in the target counts as one in the header does, and the handler sees the path alone', async () => {
    await start(publicPort(config()));
    const good = await ask('http://localhost/ocr-jobs?page=2', 'Host: localhost');
    expect(good.text).toMatch(/"\/ocr-jobs\?page=2"$/);
    for (const [target, host] of [
      ['http://evil.example.com/ocr-jobs', 'localhost'],
      ['http://localhost/ocr-jobs', 'evil.example.com'],
      ['http://evil.example.com/health', 'localhost'],
      ['http://localhost@evil.example.com/', 'localhost'],
    ])
      expect((await ask(target ?? '', `Host: ${host}`)).statusCode, target).toBe(421);
  });

  it('by HTTP/1.0 needs the header too, except for health', async () => {
    await start(publicPort(config()));
    const old = async (path: string, host = '') =>
      (await raw(server.url, `GET ${path} HTTP/1.0\r\n${host}\r\n`)).statusCode;
    expect(await old('/ocr-jobs', 'Host: localhost\r\n')).toBe(200);
    expect(await old('/ocr-jobs')).toBe(421);
    expect(await old('/health')).toBe(200);
  });
});
