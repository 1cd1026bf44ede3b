import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { multipart } from '@inkstream/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { form, jpeg, upload } from '../spec-support/documents.ts';
import { override } from '../spec-support/faulty.ts';
import { answerOn, beginUpload, filePart } from '../spec-support/raw-multipart.ts';
import { type StartedGateway, type StartOptions, startGateway } from '../spec-support/start-gateway.ts';

let gateway: StartedGateway;
const opened: Socket[] = [];
const start = async (options?: StartOptions) => {
  gateway = await startGateway(options);
};
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await gateway.close();
});

/** An upload that has begun, and whose first bytes are being stored. */
const begin = async (from?: { readonly localAddress?: string; readonly header?: string }) => {
  const socket = await beginUpload(
    gateway.url,
    multipart([filePart('filename="a.jpg"', jpeg())], ''),
    9_999,
    from,
  );
  socket.on('error', () => {});
  opened.push(socket);
  await vi.waitFor(async () => expect(await gateway.keys()).toHaveLength(opened.length), 10_000);
  return socket;
};

test('uploads that come too slowly are told 408 and leave nothing behind, and the others get their places', async () => {
  await start({
    config: { MAX_UPLOADS_IN_FLIGHT: 2, MAX_UPLOADS_PER_ADDRESS: 2 },
    port: { minRequestRateWindowMs: 2_000 },
  });
  const slow = [await begin(), await begin()];
  const answers = slow.map(answerOn);
  expect((await upload(gateway.url, form([{}]))).status).toBe(429);
  const timer = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write('x');
  }, 400);
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  clearInterval(timer);
  await vi.waitFor(async () => expect(await gateway.keys()).toEqual([]), 10_000);
  expect((await upload(gateway.url, form([{}]))).status).toBe(201);
}, 40_000);

test('an upload that waits for a slow object store is not slow', async () => {
  await start({
    port: { minRequestRate: 1_000_000, minRequestRateWindowMs: 500, idleTimeoutMs: 3_000 },
    backends: ({ objects }) => ({
      objects: override(objects, {
        put: (key, body, options) =>
          objects.put(
            key,
            (async function* () {
              await sleep(4_000);
              yield* body as AsyncIterable<Uint8Array>;
            })(),
            options,
          ),
      }),
    }),
  });
  const bytes = Buffer.concat([jpeg(), Buffer.alloc(4_000_000)]);
  expect((await upload(gateway.url, form([{ bytes }]))).status).toBe(201);
}, 30_000);

test('one client takes no more than its share of the places for uploads', async () => {
  await start({ config: { MAX_UPLOADS_IN_FLIGHT: 10 } });
  await begin();
  await begin();
  const refused = await upload(gateway.url, form([{}]));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await refused.json()).toMatchObject({ details: expect.stringContaining('from your address') });
  const other = await begin({ localAddress: '127.0.0.2' });
  other.end();
  expect(await answerOn(other)).toMatch(/^HTTP\/1\.1 400 /);
});

test('behind a trusted proxy, a client is who the proxy says, and not who the client says', async () => {
  await start({ config: { MAX_UPLOADS_IN_FLIGHT: 10 }, port: { trustProxy: (_, hop) => hop === 0 } });
  const via = (chain: string) => ({ header: `X-Forwarded-For: ${chain}\r\n` });
  await begin(via('198.51.100.1, 192.0.2.1'));
  await begin(via('198.51.100.2, 192.0.2.1'));
  const as = (chain: string) => upload(gateway.url, form([{}]), { 'x-forwarded-for': chain });
  expect((await as('198.51.100.3, 192.0.2.1')).status).toBe(429);
  expect((await as('192.0.2.2')).status).toBe(201);
});
