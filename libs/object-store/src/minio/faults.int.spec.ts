import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { bytesOf, generated } from '../contract/bodies.ts';
import { keysOf } from '../contract/subject.ts';
import type { ObjectStore } from '../object-store.ts';
import { openMinioObjectStore } from './index.ts';
import { type Seen, startS3Double } from './spec-support/s3-double.ts';

const MINUTE_MS = 60_000;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Answer = (response: ServerResponse, raw: IncomingMessage) => void;
const status =
  (code: number, body = ''): Answer =>
  (response) =>
    response.writeHead(code).end(body);
const refused = (code: number, name: string) => status(code, `<Error><Code>${name}</Code></Error>`);
const reset: Answer = (_response, raw) => raw.socket.destroy();

/** An open store whose server answers like this; `seen` has the requests from then on. */
async function storeOn(answer: (request: Seen) => Answer) {
  let isOpen = false;
  const double = await startS3Double((request, response, raw) =>
    isOpen ? answer(request)(response, raw) : response.end(),
  );
  closing.push(double.close);
  const store = await openMinioObjectStore(double.options);
  closing.push(() => store.close());
  isOpen = true;
  double.seen.length = 0;
  return { store, seen: double.seen };
}

const unavailable = { name: 'ObjectStoreUnavailableError', transient: true };
const text = (value: string) => Buffer.from(value);

describe('the MinIO object store, when its server fails', () => {
  it.each([
    ['503', refused(503, 'SlowDown')],
    ['a broken connection', reset],
  ])('retries after %s', async (_name, fault) => {
    let faults = 2;
    const { store, seen } = await storeOn(() => (faults-- > 0 ? fault : status(200)));
    await expect(store.put('k', text('receipt'))).resolves.toEqual({ bytes: 7 });
    expect(seen.map(({ method, path, body }) => [method, path, body])).toEqual(
      Array(3).fill(['PUT', '/double/k', 'receipt']),
    );
  });

  it.each([
    ['busy', refused(503, 'SlowDown')],
    ['broken', status(500, 'no XML')],
    ['locked', refused(403, 'AccessDenied')],
    ['another server', status(400, '<html>no S3</html>')],
    ['gone', reset],
  ])('is unavailable for now if it is %s', async (_name, fault) => {
    const { store } = await storeOn(() => fault);
    const calls = [
      store.get('k'),
      store.put('k', text('x')),
      store.put('large', generated(6_000_000)),
      store.delete('k'),
      store.deletePrefix('a/'),
      keysOf(store),
      store.sweepUnfinished(new Date(Date.now() + MINUTE_MS)),
      store.ping(),
    ];
    for (const outcome of await Promise.allSettled(calls))
      expect(outcome).toMatchObject({ status: 'rejected', reason: unavailable });
  });

  it('reports that its server is full until a put succeeds again: a ping tries one', async () => {
    let full = true;
    const { store, seen } = await storeOn(({ method }) =>
      method === 'PUT' && full ? refused(507, 'XMinioStorageFull') : status(method === 'DELETE' ? 204 : 200),
    );
    const noRoom = { name: 'ObjectStoreFullError', transient: true, full: 'server' };
    await store.ping();
    expect(
      seen.map(({ method }) => method),
      'a ping puts nothing while all is well',
    ).toEqual(['HEAD']);
    await expect(store.put('k', text('x'))).rejects.toMatchObject(noRoom);
    await expect(store.ping()).rejects.toMatchObject(noRoom);
    await expect(store.delete('k'), 'deletions make room').resolves.toBeUndefined();
    full = false;
    await expect(store.ping()).resolves.toBeUndefined();
    seen.length = 0;
    await store.ping();
    expect(seen.map(({ method }) => method)).toEqual(['HEAD']);
  });

  it('takes a fault for a full disk if it names one as its cause', async () => {
    const cause = 'We encountered an internal error: cause(no space left on device)';
    const { store } = await storeOn(() =>
      status(500, `<Error><Code>InternalError</Code><Message>${cause}</Message></Error>`),
    );
    await expect(store.put('k', text('x'))).rejects.toMatchObject({ name: 'ObjectStoreFullError' });
  });

  it('begins and completes an upload once, and aborts it if that fails', async () => {
    const { store, seen } = await storeOn(({ method, path }) => {
      if (path.endsWith('?uploads'))
        return status(
          200,
          '<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>',
        );
      return method === 'POST' ? status(503) : status(method === 'DELETE' ? 204 : 200);
    });
    await expect(store.put('k', generated(6_000_000))).rejects.toMatchObject(unavailable);
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /double/k?uploads',
      'PUT /double/k?partNumber=1&uploadId=one',
      'PUT /double/k?partNumber=2&uploadId=one',
      'POST /double/k?uploadId=one',
      'DELETE /double/k?uploadId=one',
    ]);
  });

  it.each<[string, (store: ObjectStore, signal: AbortSignal) => Promise<unknown>]>([
    ['get', (store, signal) => store.get('k', { signal })],
    ['ping', (store, signal) => store.ping(signal)],
  ])('ends a %s that hangs when its signal aborts, with its request', async (_name, call) => {
    const reached = Promise.withResolvers<IncomingMessage>();
    const { store } = await storeOn(() => (_response, raw) => reached.resolve(raw));
    const reason = new Error('the client left');
    const controller = new AbortController();
    const outcome = expect(call(store, controller.signal)).rejects.toBe(reason);
    const closed = once((await reached.promise).socket, 'close');
    controller.abort(reason);
    await outcome;
    await closed;
  });

  it('fails the bytes of an answer that breaks off', async () => {
    const { store } = await storeOn(() => (response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.destroy());
    });
    await expect(store.get('k').then(bytesOf)).rejects.toMatchObject(unavailable);
  });

  it('waits for a slow server to take the bytes of a put, and not for a silent one', async () => {
    const double = await startS3Double(({ method }, response) => {
      setTimeout(() => response.end(), method === 'PUT' ? 600 : 0);
    });
    closing.push(double.close);
    const store = await openMinioObjectStore({ ...double.options, answerMs: 200 });
    closing.push(() => store.close());
    await expect(store.put('large', generated(300_000))).resolves.toEqual({ bytes: 300_000 });
    await expect(store.put('small', text('x'))).rejects.toMatchObject(unavailable);
  });

  it('uses one connection again and again', async () => {
    const sockets = new Set<unknown>();
    const { store } = await storeOn(() => (response, raw) => {
      sockets.add(raw.socket);
      response.end();
    });
    for (let n = 0; n < 20; n++) await store.put('k', text('x'));
    expect(sockets.size).toBe(1);
  });
});
