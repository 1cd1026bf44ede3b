import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '@inkstream/object-store';
import { multipart, type RawPart } from '@inkstream/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { jpeg } from '../spec-support/documents.ts';
import { override } from '../spec-support/faulty.ts';
import { provider } from '../spec-support/provider.ts';
import { beginUpload, fieldPart, filePart } from '../spec-support/raw-multipart.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

const WHOLE = 20_000_000;
/** Of those, as many are sent before the answer is waited for: more than any buffer on the way to the store holds. */
const SENT = 2_000_000;

let stored = 0;
let gateway: StartedGateway;

/** Counts the bytes that the object store takes from a body. */
function counting({ objects }: { objects: ObjectStore }): ObjectStore {
  const counted = async function* (body: AsyncIterable<Uint8Array> | Uint8Array) {
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      stored += chunk.byteLength;
      yield chunk;
    }
  };
  return override(objects, { put: (key, body, options) => objects.put(key, counted(body), options) });
}

beforeAll(async () => {
  gateway = await startGateway({
    config: { MAX_FILES_PER_JOB: 5, MAX_EXECUTIONS_PER_JOB: 5 },
    backends: (backends) => ({ objects: counting(backends) }),
  });
  await gateway.announce(provider('pdf-only', { accepts: ['application/pdf'] }));
  await gateway.announce(provider('small', { limits: { maxBytes: 100_000, maxPages: 1 } }));
});
afterAll(() => gateway.close());
beforeEach(() => {
  stored = 0;
});
afterEach(async () => {
  expect(await gateway.keys(), 'objects left behind').toEqual([]);
});

/** What is answered to an upload of 20 MB of which no more than the first 2 MB are sent. */
async function answerToBegun(...parts: readonly RawPart[]): Promise<string> {
  const begun = multipart([...parts, filePart('filename="big.jpg"', jpeg(SENT))], '');
  const socket = await beginUpload(gateway.url, begun.subarray(0, -2), WHOLE);
  const answer = await Promise.race([
    new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(String(chunk)))),
    sleep(20_000, 'no answer', { ref: false }),
  ]);
  socket.destroy();
  return answer;
}

describe('an upload of 20 MB is refused before its bytes are stored, and before all of it is sent, if the fields before its file tell', () => {
  test.each([
    [
      'a provider that is not there',
      [fieldPart('ocrProvider_0', 'invalid')],
      400,
      "Provider 'invalid' is not available",
    ],
    [
      'one that is not there for another file',
      [fieldPart('ocrProvider_0', 'fake'), fieldPart('ocrProvider_1', 'invalid')],
      400,
      "Provider 'invalid' is not available",
    ],
    ['no provider', [fieldPart('ocrProvider_0', ' ')], 400, "Field 'ocrProvider_0' is missing"],
    [
      'two providers',
      [fieldPart('ocrProvider_0', 'fake'), fieldPart('ocrProvider_0', 'fake')],
      400,
      "Field 'ocrProvider_0' comes more than once; send it once",
    ],
    ['a provider of no file', [fieldPart('ocrProvider_x', 'fake')], 400, "Field 'ocrProvider_x' belongs to"],
    ['a provider of a sixth file of five', [fieldPart('ocrProvider_5', 'fake')], 400, "'ocrProvider_5' bel"],
    [
      'a provider twice',
      [fieldPart('ocrProvider_0', 'fake,fake')],
      400,
      "Field 'ocrProvider_0' names provider 'fake' twice; name it once",
    ],
    [
      'more executions than a job may have',
      ['fake,small', 'fake,small,pdf-only', 'fake'].map((names, at) => fieldPart(`ocrProvider_${at}`, names)),
      400,
      'The upload asks for 6 executions',
    ],
    [
      'pages that are none, of another file',
      [fieldPart('ocrProvider_1', 'fake'), fieldPart('pages_1', 'all')],
      400,
      "pages_1: 'all' is neither a page nor a range of pages",
    ],
    ['pages of no file', [fieldPart('pages_5', '1')], 400, "Field 'pages_5' belongs to no file"],
    [
      'a name that is too long',
      [fieldPart('jobName', 'x'.repeat(256))],
      400,
      'jobName: has 256 characters; it may have 255 at most',
    ],
    ['a file that is a mere field', [fieldPart('file', 'x')], 400, "The part 'file' has no file name"],
    [
      'a provider that does not take its type',
      [fieldPart('ocrProvider_0', 'pdf-only')],
      415,
      "File 'big.jpg' is a JPEG file; provider 'pdf-only' takes PDF",
    ],
    [
      'a second provider that does not take its type',
      [fieldPart('ocrProvider_0', 'fake,pdf-only')],
      415,
      "File 'big.jpg' is a JPEG file; provider 'pdf-only' takes PDF",
    ],
  ] as const)('%s', async (_name, fields, status, details) => {
    const answer = await answerToBegun(...fields);
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).toContain(details);
    expect(stored).toBe(0);
  });
});

test('a file with more bytes than its provider takes is refused once so many have come', async () => {
  const answer = await answerToBegun(fieldPart('ocrProvider_0', 'small'));
  expect(answer).toContain('HTTP/1.1 413');
  expect(answer).toContain("File 'big.jpg' has too many bytes; provider 'small' takes 100000 bytes at most");
  expect(stored).toBeLessThanOrEqual(100_000);
});

test('what a field between two files tells keeps the second from being stored', async () => {
  const first = filePart('filename="a.jpg"', jpeg(1_000));
  const answer = await answerToBegun(first, fieldPart('ocrProvider_0', 'invalid'));
  expect(answer).toContain("Provider 'invalid' is not available");
  expect(stored).toBeLessThanOrEqual(1_000);
});

test('an empty file whose provider is named before it is refused as empty', async () => {
  const body = multipart([fieldPart('ocrProvider_0', 'fake'), filePart('filename="void.jpg"', '')]);
  const socket = await beginUpload(gateway.url, body, body.byteLength);
  expect(await text(socket)).toContain("File 'void.jpg' is empty; upload it anew, with what is in it");
});
