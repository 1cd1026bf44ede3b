import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ObjectStore } from '@inkstream/object-store';
import { multipart } from '@inkstream/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { form, jpeg, upload } from '../spec-support/documents.ts';
import { override } from '../spec-support/faulty.ts';
import { answerOn, beginUpload, fieldPart, filePart } from '../spec-support/raw-multipart.ts';
import { type StartedGateway, type StartOptions, startGateway } from '../spec-support/start-gateway.ts';

const MIB = 1_048_576;
const ROOM = 10 * MIB;

let gateway: StartedGateway;
afterEach(() => gateway.close());
const start = async (options: StartOptions = {}) => {
  gateway = await startGateway(options);
};

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Bytes of buffers that something holds on to. */
function buffers(): number {
  // Twice: buffers are freed in the background, and the second collection waits for the first one's.
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

/** Sends that many bytes as fast as they are taken. */
async function send(socket: Socket, bytes: number): Promise<void> {
  const chunk = Buffer.alloc(65_536);
  for (let sent = 0; sent < bytes; sent += chunk.byteLength)
    if (!socket.write(chunk)) await once(socket, 'drain');
}

/** The object store with a `put` that reads a chunk, then nothing until it is let go. */
function stalling({ objects }: { objects: ObjectStore }, released: Promise<void>): ObjectStore {
  const slow = async function* (body: AsyncIterable<Uint8Array> | Uint8Array) {
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      yield chunk;
      await released;
    }
  };
  return override(objects, { put: (key, body, options) => objects.put(key, slow(body), options) });
}

test('a file of 100 MiB passes through without being held', async () => {
  await start();
  const head = multipart(
    [fieldPart('ocrProvider_0', 'fake'), filePart('filename="a.jpg"', jpeg(65_536))],
    '',
  );
  const opened = head.subarray(0, -2);
  const end = multipart([]);
  const size = 96 * MIB;
  const before = buffers();
  const socket = await beginUpload(gateway.url, opened, opened.byteLength + size + 2 + end.byteLength);
  let most = 0;
  for (let sent = 0; sent < size; sent += 12 * MIB) {
    await send(socket, 12 * MIB);
    most = Math.max(most, buffers());
  }
  socket.write(Buffer.concat([Buffer.from('\r\n'), end]));
  expect(await answerOn(socket)).toContain('201 Created');
  expect(most - before).toBeLessThan(ROOM);
});

test('a client is read no faster than the object store writes', async () => {
  const release = Promise.withResolvers<void>();
  await start({ backends: (backends) => ({ objects: stalling(backends, release.promise) }) });
  const opened = multipart([filePart('filename="a.jpg"', jpeg(65_536))], '').subarray(0, -2);
  const before = buffers();
  const socket = await beginUpload(gateway.url, opened, 40 * MIB);
  const all = send(socket, 24 * MIB).then(() => 'sent');
  expect(await Promise.race([all, setTimeout(300, 'waits')])).toBe('waits');
  expect(buffers() - before).toBeLessThan(ROOM);
  socket.destroy();
  release.resolve();
  await vi.waitFor(async () => expect(await gateway.keys()).toEqual([]));
});

test('a client that goes away halfway leaves no bytes and no job', async () => {
  await start();
  const whole = multipart([
    filePart('filename="a.jpg"', jpeg()),
    filePart('filename="b.jpg"', jpeg(400_000)),
  ]);
  const socket = await beginUpload(gateway.url, whole.subarray(0, 300_000), whole.byteLength);
  await vi.waitFor(async () =>
    expect(await gateway.keys()).toContainEqual(expect.stringMatching(/^jobs\/[0-9a-f-]{36}\/files\/1$/)),
  );
  socket.destroy();
  await vi.waitFor(async () => expect(await gateway.keys()).toEqual([]));
  expect(await Array.fromAsync(gateway.eventStore.read('ocrJob-1'))).toEqual([]);
});

test('a file that is too large is refused before the rest of the body comes', async () => {
  await start({ config: { MAX_FILE_BYTES: 10_000 } });
  const begun = multipart(
    [filePart('filename="a.jpg"', jpeg()), filePart('filename="b.jpg"', jpeg(10_001))],
    '',
  );
  const socket = await beginUpload(gateway.url, begun, 40 * MIB);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toContain('413 Payload Too Large');
  expect(await gateway.keys()).toEqual([]);
  socket.destroy();
});

test('no more than four files of an upload are written at once', async () => {
  let open = 0;
  let most = 0;
  const counting = ({ objects }: { objects: ObjectStore }): ObjectStore =>
    override(objects, {
      async put(...all) {
        most = Math.max(most, ++open);
        await setTimeout(5);
        return objects.put(...all).finally(() => open--);
      },
    });
  await start({ backends: (backends) => ({ objects: counting(backends) }) });
  const files = Array.from({ length: 20 }, () => ({ bytes: jpeg(100) }));
  expect((await upload(gateway.url, form(files))).status).toBe(201);
  expect(most).toBe(4);
});

test('100 files make a job, 101 are refused', async () => {
  await start();
  const files = Array.from({ length: 101 }, () => ({ bytes: jpeg(100) }));
  expect((await upload(gateway.url, form(files.slice(1)))).status).toBe(201);
  expect(await gateway.keys()).toHaveLength(100);
  const refused = await upload(gateway.url, form(files));
  expect(await refused.json()).toMatchObject({
    statusCode: 400,
    details: 'There are more than 100 files; a job takes 100 at most',
  });
  expect(await gateway.keys()).toHaveLength(100);
});

test('uploads beyond the limit in flight get 429 and when to come again, until one has ended', async () => {
  await start({ config: { MAX_UPLOADS_IN_FLIGHT: 1 } });
  const first = await beginUpload(gateway.url, multipart([filePart('filename="a.jpg"', jpeg())], ''), 9_999);
  await vi.waitFor(async () => expect(await gateway.keys()).not.toEqual([]));
  const refused = await upload(gateway.url, form([{}]));
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({ statusCode: 429, message: 'Too Many Requests' });
  first.destroy();
  await vi.waitFor(async () => expect((await upload(gateway.url, form([{}]))).status).toBe(201));
});
