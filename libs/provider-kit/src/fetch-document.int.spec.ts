import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredDocument } from '@inkstream/domain';
import type { ObjectStore } from '@inkstream/object-store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fetchDocument } from './fetch-document.ts';
import { type Harness, openHarness } from './spec-support/harness.ts';

const SILENCE_MS = 400;
const never = new AbortController().signal;
let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const bytes = Buffer.from('receipt');
const file: StoredDocument = {
  storageKey: 'k',
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  mimeType: 'image/jpeg',
};

/** The store, whose bytes come one by one, with so long between them; the last `withheld` of them never. */
function slowly(everyMs: number, withheld = 0): ObjectStore {
  const { objects } = harness;
  const get: ObjectStore['get'] = async (_key, { signal } = {}) => {
    const body = new PassThrough(signal ? { signal } : {});
    void (async () => {
      for (const byte of bytes.subarray(0, bytes.length - withheld)) {
        await sleep(everyMs);
        body.write(Buffer.of(byte));
      }
      if (withheld === 0) body.end();
    })();
    return body;
  };
  return new Proxy(objects, {
    get: (target, name) => (name === 'get' ? get : Reflect.get(target, name).bind(target)),
  });
}

it('waits for a document as long as the store goes on, though it takes many times the limit of a silence', async () => {
  const document = await fetchDocument(slowly(SILENCE_MS / 3), file, never, SILENCE_MS);
  expect(Buffer.from(document.bytes)).toEqual(bytes);
});

it('ends with a fault of the store, never with one of the document, if the store falls silent', async () => {
  await expect(fetchDocument(slowly(1, 2), file, never, SILENCE_MS)).rejects.toMatchObject({
    name: 'ObjectStoreUnavailableError',
    transient: true,
  });
});

it('ends with the reason of its own signal', async () => {
  const reason = new Error('the process ends');
  const signal = AbortSignal.abort(reason);
  await expect(fetchDocument(slowly(1, 2), file, signal, SILENCE_MS)).rejects.toBe(reason);
});
