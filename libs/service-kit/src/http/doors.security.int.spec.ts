import express, { type RequestHandler } from 'express';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorHandler } from '../http-error.ts';
import { silentLogger } from '../log.ts';
import { contextOf, logFor, withContext } from '../request-context.ts';
import { listen, type RunningServer } from '../server.ts';
import { raw } from '../spec-support/test-client.ts';
import { CONTEXT_HEADER, internalSecret, privateDoor, publicDoor, signContext } from './doors.ts';

const SECRET = 'a secret of more than 32 characters';
const CONTEXT = { tenant: 'acme', actor: 'jane', requestId: 'r-1' };
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

let server: RunningServer;
const lines: string[] = [];
const log = pino({ level: 'info' }, { write: (line) => void lines.push(line) });
beforeEach(() => {
  lines.length = 0;
});
afterEach(() => server.close(0));

/** A server whose `/` answers with the context and the header that a handler sees. */
const startBehind = async (...doors: RequestHandler[]) => {
  const app = express().use(...doors);
  app.get(
    '/',
    withContext(async (context, request, response) => {
      logFor(log, context).info('asked');
      response.json({ context, header: request.headers[CONTEXT_HEADER] ?? null });
    }),
  );
  app.get('/broken', () => {
    throw new Error('broken');
  });
  server = await listen(app.use(errorHandler(log)), { host: '127.0.0.1', port: 0 });
};
const ask = async (headers: Record<string, string> = {}, path = '/') => {
  const response = await fetch(server.url + path, { headers });
  return {
    status: response.status,
    id: response.headers.get('x-request-id'),
    body: (await response.json()) as { context: unknown; header: unknown },
  };
};

describe('the public door', () => {
  beforeEach(() => startBehind(publicDoor));

  it.each(['a', 'A-z.0_9:b', 'x'.repeat(128)])('uses the id %s of a client and returns it', async (given) => {
    const { id, body } = await ask({ 'X-Request-Id': given });
    expect(id).toBe(given);
    expect(body.context).toEqual({ tenant: 'default', actor: 'anonymous', requestId: given });
  });

  it.each(['', 'x'.repeat(129), 'a b', 'a/b', 'a"b', 'a, b', '{}', 'é'])(
    'makes an id of its own instead of %j',
    async (given) => {
      const { id, body } = await ask({ 'X-Request-Id': given });
      expect(id).toMatch(UUID);
      expect(body.context).toMatchObject({ requestId: id });
    },
  );

  it('lets no client name its own context, however well it is signed', async () => {
    const { body } = await ask({ [CONTEXT_HEADER]: signContext(CONTEXT, SECRET) });
    expect(body).toMatchObject({ context: { tenant: 'default', actor: 'anonymous' }, header: null });
  });

  it('has its id in every answer: an error, a refusal, and what is not HTTP', async () => {
    expect(await ask({ 'X-Request-Id': 'mine' }, '/broken')).toMatchObject({ status: 500, id: 'mine' });
    expect(await ask({ 'X-Request-Id': 'mine', Origin: 'http://evil.example.com' })).toMatchObject({
      status: 403,
      id: 'mine',
    });
    expect((await raw(server.url, 'BLAH\r\n\r\n')).text).toMatch(/^x-request-id: [\da-f-]{36}\r$/im);
  });

  it('makes every log line of a request say on whose behalf', async () => {
    const said = { tenant: 'default', actor: 'anonymous', requestId: 'mine' };
    await ask({ 'X-Request-Id': 'mine' });
    await ask({ 'X-Request-Id': 'mine' }, '/broken');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ ...said, msg: 'asked' }),
      expect.objectContaining({ ...said, msg: 'request failed' }),
    ]);
  });
});

describe('the private door', () => {
  it('accepts a context that is signed with the secret, and returns its id', async () => {
    await startBehind(privateDoor(SECRET));
    const { id, body } = await ask({ [CONTEXT_HEADER]: signContext(CONTEXT, SECRET) });
    expect(body.context).toEqual(CONTEXT);
    expect(id).toBe(CONTEXT.requestId);
  });

  const signed = signContext(CONTEXT, SECRET);
  const [payload = '', signature = ''] = signed.split('.');
  const other = Buffer.from(JSON.stringify({ ...CONTEXT, tenant: 'other' })).toString('base64url');
  it.each([
    ['no context', null],
    ['an empty one', ''],
    ['one that is not signed', payload],
    ['one with an empty signature', `${payload}.`],
    ['one signed with another secret', signContext(CONTEXT, `${SECRET}x`)],
    ['another one with a valid signature', `${other}.${signature}`],
    ['a valid one cut short', signed.slice(0, -1)],
    ['two', `${signed}, ${signed}`],
  ])('refuses %s with 401', async (_what, header) => {
    await startBehind(privateDoor(SECRET));
    const { status, body } = await ask(header === null ? {} : { [CONTEXT_HEADER]: header });
    expect(status).toBe(401);
    expect(body).toMatchObject({ statusCode: 401, message: 'Unauthorized' });
  });

  it('without a secret gives everybody the default context, and refuses a context that it cannot check', async () => {
    await startBehind(privateDoor(undefined));
    expect((await ask()).body.context).toMatchObject({ tenant: 'default', actor: 'anonymous' });
    expect((await ask({ [CONTEXT_HEADER]: signed })).status).toBe(401);
  });

  it('keeps the context that the public door of the same process made', async () => {
    await startBehind(publicDoor, privateDoor(SECRET));
    expect((await ask({ 'X-Request-Id': 'mine' })).body.context).toMatchObject({ requestId: 'mine' });
  });
});

it('a route behind no door is an error of ours, and nobody gets a context', async () => {
  const app = express().get('/', (request, response) => void response.json(contextOf(request)));
  server = await listen(app.use(errorHandler(silentLogger())), { host: '127.0.0.1', port: 0 });
  expect((await ask()).status).toBe(500);
});

it('the secret is required if the gateway and query-api are processes of their own', async () => {
  await startBehind(publicDoor);
  expect(() => internalSecret({ INKSTREAM_MODE: 'distributed', INTERNAL_SECRET: undefined })).toThrow(
    'INTERNAL_SECRET: is needed',
  );
  expect(internalSecret({ INKSTREAM_MODE: 'embedded', INTERNAL_SECRET: undefined })).toBeUndefined();
});
