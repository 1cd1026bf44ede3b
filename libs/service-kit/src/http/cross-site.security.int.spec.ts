import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../log.ts';
import { serveOperations } from '../operations.ts';
import { type ListenOptions, listen, type RunningServer } from '../server.ts';
import { raw } from '../spec-support/test-client.ts';
import { corsOriginsOf } from './cross-site.ts';

type Headers = Readonly<Record<string, string>>;
const EVIL = 'http://evil.example.com';
const APP = 'https://app.example.com';

describe('a request from a page', () => {
  let server: RunningServer;
  const done: string[] = [];
  const start = async (options: Partial<ListenOptions> = {}) => {
    done.length = 0;
    server = await listen(
      (request, response) => {
        done.push(`${request.method} ${request.url}`);
        response.end('done');
      },
      { host: '127.0.0.1', port: 0, ...options },
    );
  };
  afterEach(() => server.close(0));

  const ask = (method: string, headers: Headers, path = '/ocr-jobs/1') => {
    const lines = Object.entries({ Host: 'localhost:3000', Connection: 'close', ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    return raw(server.url, `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  };
  const fetchSite = (site: string, mode = 'cors', destination = 'empty'): Headers => ({
    'Sec-Fetch-Site': site,
    'Sec-Fetch-Mode': mode,
    'Sec-Fetch-Dest': destination,
  });

  const REFUSED: readonly [what: string, method: string, headers: Headers][] = [
    ['an upload by another site', 'POST', { Origin: EVIL }],
    [
      'an upload by a form of another site',
      'POST',
      { Origin: EVIL, ...fetchSite('cross-site', 'navigate', 'document') },
    ],
    ['a deletion by another site', 'DELETE', { Origin: EVIL, ...fetchSite('cross-site') }],
    [
      'an upload by another port of this machine',
      'POST',
      { Origin: 'http://localhost:8080', ...fetchSite('same-site') },
    ],
    [
      'an upload by another port, from a browser that does not send its site',
      'POST',
      { Origin: 'http://localhost:8080' },
    ],
    ['an upload by a page of no origin', 'POST', { Origin: 'null' }],
    ['a read by a page of no origin', 'GET', { Origin: 'null' }],
    ['a read by another site', 'GET', { Origin: EVIL, ...fetchSite('cross-site') }],
    ['a picture of ours in another site', 'GET', fetchSite('cross-site', 'no-cors', 'image')],
    ['a frame of ours in another site', 'GET', fetchSite('cross-site', 'navigate', 'iframe')],
    [
      'the question whether another site may',
      'OPTIONS',
      { Origin: EVIL, 'Access-Control-Request-Method': 'DELETE' },
    ],
  ];
  it.each(REFUSED)('is refused with 403 and does nothing: %s', async (_what, method, headers) => {
    await start();
    const answer = await ask(method, headers);
    expect(answer).toMatchObject({ statusCode: 403, body: { statusCode: 403, message: 'Forbidden' } });
    expect(answer.text).not.toMatch(/access-control/i);
    expect(done).toEqual([]);
  });

  const SERVED: readonly [what: string, method: string, headers: Headers][] = [
    ['our own', 'POST', { Origin: 'http://localhost:3000', ...fetchSite('same-origin') }],
    ['our own, from a browser that does not send its site', 'DELETE', { Origin: 'http://localhost:3000' }],
    ['our own, behind TLS', 'POST', { Origin: 'https://localhost:3000' }],
    ['an address that was typed', 'GET', fetchSite('none', 'navigate', 'document')],
    ['a link on another site', 'GET', fetchSite('cross-site', 'navigate', 'document')],
    ['no browser at all', 'POST', {}],
  ];
  it.each(SERVED)('is served: %s', async (_what, method, headers) => {
    await start();
    expect((await ask(method, headers)).text).toMatch(/^HTTP\/1\.1 200 .*done$/s);
  });

  it('is served and may read the answer if CORS_ORIGINS has its origin, and no other', async () => {
    await start({ corsOrigins: corsOriginsOf(`${APP}, http://localhost:8080`) });
    const allowed = await ask('POST', { Origin: APP, ...fetchSite('cross-site') });
    expect(allowed.text).toMatch(/^HTTP\/1\.1 200 .*done$/s);
    expect(allowed.text).toMatch(/^access-control-allow-origin: https:\/\/app\.example\.com\r$/im);
    expect(allowed.text).toMatch(/^vary: origin\r$/im);
    const preflight = await ask(
      'OPTIONS',
      { Origin: APP, 'Access-Control-Request-Method': 'DELETE' },
      '/anything',
    );
    expect(preflight.statusCode).toBe(204);
    expect(preflight.text).toMatch(/^access-control-allow-methods: .*DELETE/im);
    for (const Origin of [EVIL, 'null', `${APP}:8443`, 'http://app.example.com', `${APP}.evil.example.com`])
      expect((await ask('POST', { Origin })).statusCode, Origin).toBe(403);
    expect((await ask('OPTIONS', {})).text).toMatch(/done$/);
  });

  it('is served whatever its origin if CORS_ORIGINS is *, and then only', async () => {
    await start({ corsOrigins: corsOriginsOf('*') });
    for (const Origin of [EVIL, APP]) {
      const answer = await ask('POST', { Origin, ...fetchSite('cross-site') });
      expect(answer.text).toMatch(/^access-control-allow-origin: \*\r$/im);
      expect(answer.text).toMatch(/^HTTP\/1\.1 200 .*done$/s);
    }
    expect(() => corsOriginsOf(`*, ${APP}`)).toThrow('must be origins');
  });

  it('learns in a preflight what it may send, on any route, with every header of its own', async () => {
    await start({ corsOrigins: corsOriginsOf(APP) });
    for (const path of ['/ocr-jobs/upload', '/ocr-jobs/1', '/providers', '/health']) {
      const asks = {
        Origin: APP,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'idempotency-key',
      };
      const { statusCode, text } = await ask('OPTIONS', asks, path);
      expect(statusCode).toBe(204);
      expect(text).toMatch(/^access-control-allow-origin: https:\/\/app\.example\.com\r$/im);
      expect(text).toMatch(/^access-control-allow-methods: .*POST/im);
      expect(text).toMatch(/^access-control-allow-headers: idempotency-key\r$/im);
    }
    expect(done).toEqual([]);
  });

  it('can embed no answer whatever, not even a refusal', async () => {
    await start();
    const answers = [
      await ask('GET', {}),
      await ask('GET', {}, '/health'),
      await ask('POST', { Origin: EVIL }),
      await ask('GET', { Host: 'evil.example.com' }),
      await raw(server.url, 'BLAH\r\n\r\n'),
    ];
    for (const { text } of answers) {
      expect(text).toMatch(/^cross-origin-resource-policy: same-origin\r$/im);
      expect(text).toMatch(/^x-content-type-options: nosniff\r$/im);
    }
  });

  it('of another site starts no rebuild at an operations port, by whatever name', async () => {
    const actions = { rebuild: async () => ({ jobs: done.push('rebuild') }) };
    server = await serveOperations(
      { log: silentLogger(), dependencies: {}, actions },
      { host: '127.0.0.1', port: 0 },
    );
    done.length = 0;
    expect((await ask('POST', { Origin: EVIL }, '/rebuild')).statusCode).toBe(403);
    expect((await ask('POST', { Host: 'evil.example.com', Origin: EVIL }, '/rebuild')).statusCode).toBe(421);
    expect(done).toEqual([]);
    expect((await ask('POST', {}, '/rebuild')).statusCode).toBe(200);
    expect(done).toEqual(['rebuild']);
  });
});
