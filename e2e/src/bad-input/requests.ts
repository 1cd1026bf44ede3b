import { gzipSync } from 'node:zlib';
import { errorSchema } from '@inkstream/contracts';
import { describe, expect, it } from 'vitest';
import { expectError } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { exchange } from '../support/raw-http.ts';

const BAD_IDS = [
  '-1',
  '0',
  '1.5',
  '1e3',
  '0x1',
  '01',
  '2147483648',
  '99999999999999999999',
  'word',
  '%00',
  '1;x',
  '%20',
];
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];
const get = (target: string, ...headers: string[]) =>
  [`GET ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n');

/** Requests that no client should send, each of which gets its answer in the shape of all errors. */
export function requestsTests(inkstream: Inkstream): void {
  const { api } = inkstream;

  /** Sends bytes as they are; the answer must be that error. */
  async function refused(request: string, status: number): Promise<void> {
    const answer = await exchange(inkstream.process.url, request);
    expect(answer.status, answer.head).toBe(status);
    expect(answer.head).toMatch(/content-type: application\/json/i);
    expect(errorSchema.strict().parse(JSON.parse(answer.body)).statusCode).toBe(status);
  }

  describe('an id', () => {
    it.each(BAD_IDS)('must be a small positive integer, which %s is not', async (id) => {
      for (const path of [`${id}`, `${id}/history`, `${id}/events`, `${id}/files/1`, `1/files/${id}`])
        await expectError(await api.call(`/ocr-jobs/${path}`), 400);
      for (const path of [`${id}`, `1/files/${id}`])
        await expectError(await api.remove(`/ocr-jobs/${path}`), 400);
      const executions = { method: 'POST', body: '{"ocrProvider":"scripted"}', headers: JSON_TYPE };
      await expectError(await api.call(`/ocr-jobs/${id}/files/1/executions`, executions), 400);
    });
  });

  describe('a method', () => {
    it.each(METHODS)('must be one that the route has: %s', async (method) => {
      for (const path of [
        '/health',
        '/providers',
        '/ocr-jobs',
        '/openapi.json',
        '/docs',
        '/ocr-jobs/1/history',
      ])
        await expectError(await api.call(path, { method }), 405, new RegExp(`${path} takes GET`));
    });
  });

  describe('the body of a request for an execution', () => {
    const send = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = JSON_TYPE) =>
      api.call('/ocr-jobs/1/files/1/executions', { method: 'POST', body, headers });

    it.each([
      '{',
      '',
      'null',
      '[]',
      '"scripted"',
      '{}',
      '{"ocrProvider":5}',
      '{"ocrProvider":""}',
      '{"ocrProvider":"scripted","more":1}',
      '{"ocrProvider":["scripted"]}',
      '{"__proto__":{"ocrProvider":"scripted"}}',
      `{"ocrProvider":"${'x'.repeat(51)}"}`,
      '{"ocrProvider":"../../scripted"}',
      `${'['.repeat(2_000)}`,
    ])('must be an object with a provider, which %s is not', async (body) => {
      await expectError(await send(body), 400);
    });

    it('must be small, whatever it is packed into, and JSON', async () => {
      const large = `{"ocrProvider":"${'x'.repeat(10_000)}"}`;
      await expectError(await send(large), 413);
      await expectError(await send(gzipSync(large), { ...JSON_TYPE, 'content-encoding': 'gzip' }), 413);
      await expectError(await send('{}', { ...JSON_TYPE, 'content-encoding': 'rot13' }), 415);
      await expectError(await send('{}', { 'content-type': 'application/json; charset=klingon' }), 415);
      await expectError(await send('ocrProvider=scripted', { 'content-type': 'text/plain' }), 415);
    });
  });

  describe('a request', () => {
    it('with a path that is not valid, or leads out of the API, is refused', async () => {
      await refused(get('/ocr-jobs/%E0%A4%A'), 400);
      for (const path of ['/../../etc/passwd', '/docs/assets/..%2f..%2fpackage.json', '//evil.example/'])
        await refused(get(path), 404);
    });

    it('with a line or headers that are too long is 431', async () => {
      await refused(get(`/ocr-jobs?search=${'x'.repeat(30_000)}`), 431);
      await refused(get('/health', `X-Long: ${'x'.repeat(30_000)}`), 431);
      await refused(get('/health', ...Array.from({ length: 3_000 }, (_, index) => `X-${index}: x`)), 431);
    });

    it('that is no HTTP, or means two things at once, is 400', async () => {
      await refused('HELLO\r\n\r\n', 400);
      await refused('GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 400);
      await refused(get('/health', 'Bad Header: x'), 400);
      await refused(
        'POST /ocr-jobs/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        400,
      );
      await refused('POST /ocr-jobs/upload HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 400);
    });

    it('never makes an answer tell of the inside', async () => {
      for (const path of ['/ocr-jobs/x', '/ocr-jobs?sort=__proto__', '/nothing', '/ocr-jobs/%E0%A4%A']) {
        const response = await api.call(path);
        expect(await response.text()).not.toMatch(/node_modules|\.ts|at \w+ \(/);
        expect(response.headers.get('x-powered-by')).toBeNull();
      }
    });
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };
