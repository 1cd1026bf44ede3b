import { LaterReleaseError } from '@inkstream/domain';
import { EventStoreFullError } from '@inkstream/event-store';
import { ObjectStoreFullError } from '@inkstream/object-store';
import express, { type RequestHandler } from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { errorHandler, HttpError, notFound, parseInput } from './http-error.ts';
import { silentLogger } from './log.ts';
import { listen, type RunningServer } from './server.ts';
import { raw } from './spec-support/test-client.ts';

class DownError extends Error {
  readonly transient = true;
}
const failing =
  (error: unknown): RequestHandler =>
  () => {
    throw error;
  };

describe('errors of an HTTP service', () => {
  const log = silentLogger();
  let server: RunningServer;
  beforeEach(async () => {
    const app = express()
      .use(express.json({ limit: 100 }))
      .post('/echo', (request, response) => void response.json(request.body))
      .get('/jobs/:id', (request, response) => {
        response.json(parseInput(z.object({ id: z.coerce.number() }), request.params, 'path'));
      })
      .get('/conflict', failing(new HttpError(409, 'It runs', { 'X-Why': 'so' })))
      .get('/full', failing(new HttpError(503, 'Too many at once', { 'Retry-After': '5' })))
      .get('/down', failing(new DownError('mongodb://user:password@host')))
      .get('/no-room-here', failing(new ObjectStoreFullError('folder', '/secret/folder')))
      .get('/no-room-at-all', failing(new EventStoreFullError('folder')))
      .get('/no-room-there', failing(new ObjectStoreFullError('server', 'http://secret')))
      .get('/of-a-later-release', failing(new LaterReleaseError('ocrJob-1 has secret version 2')))
      .get('/bug', failing(new TypeError('secret of the house')))
      .get('/text', failing('a mere string'))
      .get('/fault', failing(Object.assign(new Error('inner'), { status: 502 })))
      .get('/late', async (_request, response) => {
        await new Promise<void>((resolve) => response.write('half', () => resolve()));
        throw new Error('too late');
      })
      .get('/later', async () => Promise.reject(new Error('secret of the house')))
      .use(notFound)
      .use(errorHandler(log));
    server = await listen(app, { host: '127.0.0.1', port: 0 });
  });
  afterEach(() => server.close(0));

  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(server.url + path, init);
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const post = (body: string, type = 'application/json') =>
    ask('/echo', { method: 'POST', body, headers: { 'Content-Type': type } });

  it.each([
    ['an unknown route', () => ask('/nowhere'), 404, 'Not Found'],
    ['an unknown method', () => ask('/echo', { method: 'PUT' }), 404, 'Not Found'],
    ['a body that is not JSON', () => post('{"a":'), 400, 'Bad Request'],
    ['a body that is too large', () => post(`"${'x'.repeat(200)}"`), 413, 'Payload Too Large'],
    [
      'a character set that does not exist',
      () => post('{}', 'application/json; charset=klingon'),
      415,
      'Unsupported Media Type',
    ],
    ['a path that cannot be decoded', () => ask('/jobs/%E0%A4%A'), 400, 'Bad Request'],
    ['input that the schema refuses', () => ask('/jobs/x'), 400, 'Bad Request'],
    ['an error of the service', () => ask('/conflict'), 409, 'Conflict'],
    ['a store that is down', () => ask('/down'), 503, 'Service Unavailable'],
    ['a data folder that is full', () => ask('/no-room-here'), 507, 'Insufficient Storage'],
    ['a server that is full', () => ask('/no-room-there'), 503, 'Service Unavailable'],
    ['what a later release wrote', () => ask('/of-a-later-release'), 503, 'Service Unavailable'],
    ['a bug', () => ask('/bug'), 500, 'Internal Server Error'],
    ['a bug in something asynchronous', () => ask('/later'), 500, 'Internal Server Error'],
    ['something thrown that is not an error', () => ask('/text'), 500, 'Internal Server Error'],
    ['the status of somebody else', () => ask('/fault'), 500, 'Internal Server Error'],
  ])('answers %s in the one shape', async (_what, request, statusCode, message) => {
    const { status, headers, body } = await request();
    expect(status).toBe(statusCode);
    expect(body).toEqual({ statusCode, message, details: expect.stringMatching(/./) });
    expect(headers.get('content-type')).toContain('application/json');
  });

  it.each([
    'application/problem+json',
    'application/json, Application/Problem+JSON',
    'application/json;q=0.4, application/problem+json; q=0.5, */*',
  ])('is problem details, with the usual members, for who accepts %s', async (Accept) => {
    const { status, headers, body } = await ask('/conflict', { headers: { Accept } });
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect([headers.get('vary'), headers.get('x-why')]).toEqual(['Accept', 'so']);
    expect(body).toEqual({
      ...{ type: 'about:blank', title: 'Conflict', status, detail: 'It runs' },
      ...{ statusCode: 409, message: 'Conflict', details: 'It runs' },
    });
  });

  it('is problem details for a request that reaches no handler, too', async () => {
    const head = 'GET / HTTP/1.1\r\nHost: elsewhere\r\nAccept: application/problem+json\r\n\r\n';
    const { text, body } = await raw(server.url, head);
    expect(text).toContain('Content-Type: application/problem+json; charset=utf-8\r\n');
    expect(body).toMatchObject({ title: 'Misdirected Request', status: 421, statusCode: 421 });
  });

  it.each([
    '*/*',
    'application/json',
    'application/problem+json;q=0',
    'application/problem+json;q=x',
    'application/json, application/problem+json;q=0.5',
    ';;,=,',
  ])('is the usual shape for who accepts %s', async (Accept) => {
    const { headers, body } = await ask('/conflict', { headers: { Accept } });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(body).toEqual({ statusCode: 409, message: 'Conflict', details: 'It runs' });
  });

  it('advises to delete jobs only while deletions find room', async () => {
    expect((await ask('/no-room-here')).body).toMatchObject({
      statusCode: 507,
      details: expect.stringContaining('; delete jobs'),
    });
    expect((await ask('/no-room-at-all')).body).toMatchObject({
      statusCode: 507,
      details: expect.stringContaining('cannot be deleted'),
    });
  });

  it('says when to retry if a store is down', async () => {
    expect((await ask('/down')).headers.get('retry-after')).toBe('1');
  });

  it('says that an upgrade is waited for if a later release wrote what is asked for', async () => {
    const { headers, body } = await ask('/of-a-later-release');
    expect(headers.get('retry-after')).toBe('10');
    expect(body).toMatchObject({ details: expect.stringContaining('later release') });
  });

  it('reveals nothing internal, and logs it', async () => {
    const errors = vi.spyOn(log, 'error');
    const paths = [
      '/bug',
      '/later',
      '/down',
      '/fault',
      '/no-room-here',
      '/no-room-there',
      '/of-a-later-release',
    ];
    for (const path of paths)
      expect(JSON.stringify((await ask(path)).body)).not.toMatch(/secret|password|inner|at /);
    expect(errors).toHaveBeenCalledTimes(paths.length);
    errors.mockClear();
    for (const path of ['/conflict', '/full']) await ask(path);
    expect(errors).not.toHaveBeenCalled();
  });

  it('logs the stack of a bug, and of a store that is down or full the reason alone', async () => {
    const errors = vi.spyOn(log, 'error');
    for (const path of ['/bug', '/down', '/no-room-here']) await ask(path);
    const [bug, ...expected] = errors.mock.calls.map(([details]) => details);
    expect(bug).toMatchObject({ err: expect.any(TypeError) });
    for (const details of expected) {
      expect(details).toMatchObject({ reason: expect.stringMatching(/^.+$/) });
      expect(details).not.toHaveProperty('err');
    }
  });

  it('names the part and the field of bad input', async () => {
    expect((await ask('/jobs/x')).body).toMatchObject({ details: expect.stringMatching(/^path\.id: /) });
  });

  it('sends the headers of the error', async () => {
    expect((await ask('/conflict')).headers.get('x-why')).toBe('so');
  });

  it('cuts an answer that had begun, so that nobody mistakes half of it for the whole', async () => {
    const answer = await raw(server.url, 'GET /late HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(answer.statusCode).toBe(200);
    expect(answer.text).toMatch(/half\r\n$/);
  });
});
