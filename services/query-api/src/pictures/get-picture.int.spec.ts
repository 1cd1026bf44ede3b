import { readFile } from 'node:fs/promises';
import { get as httpGet } from 'node:http';
import { jobObjects, pictureObjects } from '@inkstream/domain';
import { EventStoreUnavailableError } from '@inkstream/event-store';
import type { ObjectStore } from '@inkstream/object-store';
import { encryptedPdf, generateDocument, generateReceipt, mulberry32 } from '@inkstream/testing';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type QueryApiFixture,
  startQueryApi,
  type Upload,
  uidOf,
} from '../spec-support/query-api-fixture.ts';

/** What a test has a store do; the real one does the rest. */
const override = <T extends object>(store: T, methods: () => Partial<T>): T =>
  new Proxy(store, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name);
      return Reflect.get(methods(), name) ?? (typeof own === 'function' ? own.bind(target) : own);
    },
  });

/** With three pictures. */
const HEIC = new URL('../../../../libs/document-pages/fixtures/pictures.heic', import.meta.url);
const drawn = { atOnce: 1, memoryMb: 640 };
let query: QueryApiFixture;
let real: ObjectStore;
let stored: Partial<ObjectStore> = {};
let isCutOff = false;
const cutOff = () => {
  throw new EventStoreUnavailableError('cut off');
};
let receipt: Buffer;
let jobs = 0;

beforeAll(async () => {
  receipt = Buffer.from((await generateReceipt({ seed: 7, layout: 'cafe-my', width: 480 })).image);
  query = await startQueryApi({
    pictures: drawn,
    backends: ({ objects, eventStore }) => {
      real = objects;
      return {
        objects: override(objects, () => stored),
        eventStore: override(eventStore, () => (isCutOff ? { read: cutOff } : {})),
      };
    },
  });
});
afterEach(() => {
  stored = {};
  isCutOff = false;
});
afterAll(() => query.stop());

const png = (content: Uint8Array): Upload => ({ name: 'a.png', content, mimeType: 'image/png' });

/** A job with these files, and the path of pages of its first. */
async function submit(...contents: readonly Uint8Array[]) {
  const id = ++jobs;
  await query.submit(id, (contents.length > 0 ? contents : [receipt]).map(png));
  return { id, uid: uidOf(id), pages: `/ocr-jobs/${id}/files/1/pages` };
}

async function picture(path: string, init?: RequestInit) {
  const response = await query.get(path, init);
  const body = Buffer.from(await response.arrayBuffer());
  expect(response.status, body.toString('latin1', 0, 300)).toBe(200);
  const { width, height, format } = await sharp(body).metadata();
  return { response, body, size: [width, height], format };
}

async function refusal(path: string) {
  const response = await query.get(path);
  const { statusCode, details } = (await response.json()) as { statusCode: number; details: string };
  expect(statusCode).toBe(response.status);
  return [statusCode, details];
}

const keys = async (uid: string) =>
  (await Array.fromAsync(real.list(`${jobObjects(uid)}pictures/`))).map(({ key }) =>
    key.slice(jobObjects(uid).length),
  );

/** What a result says of pages, 100 by 200 pixels each. */
const turned = (...rotations: readonly number[]) =>
  JSON.stringify({
    schemaVersion: 2,
    pages: rotations.map((rotation, index) => ({
      number: index + 1,
      width: 100,
      height: 200,
      rotation,
      lines: [],
    })),
  });

describe('GET /ocr-jobs/:jobId/files/:fileId/pages/:page', () => {
  it('is a WebP of the page, of the width that is asked for and never wider than the page', async () => {
    const { pages } = await submit();
    const { width = 0, height = 0 } = await sharp(receipt).metadata();
    const whole = await picture(`${pages}/1`);
    expect([whole.size, whole.format]).toEqual([[width, height], 'webp']);
    expect(Object.fromEntries(whole.response.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    for (const asked of [16, 100, 320])
      expect((await picture(`${pages}/1?width=${asked}`)).size).toEqual([
        asked,
        Math.round((asked * height) / width),
      ]);
    expect((await picture(`${pages}/1?width=4000`)).size).toEqual([width, height]);
  });

  it('has each page of a file, by the numbers that a result has', async () => {
    const sheet = { layout: 'cafe-my', width: 200 } as const;
    const { image } = await generateDocument(
      [3, 4].map((seed) => ({ ...sheet, seed })),
      'tiff',
    );
    const { pages } = await submit(image);
    const grey = async (file: Uint8Array, page = 0) => sharp(file, { page }).greyscale().raw().toBuffer();
    const difference = async (number: number, of: number) => {
      const [drawn, page] = [
        await grey((await picture(`${pages}/${number}`)).body),
        await grey(image, of - 1),
      ];
      return drawn.reduce((sum, level, at) => sum + Math.abs(level - (page[at] ?? 0)), 0) / drawn.length;
    };
    for (const number of [2, 1])
      expect(await difference(number, number)).toBeLessThan((await difference(number, 3 - number)) / 4);
    expect(await refusal(`${pages}/3`)).toEqual([404, 'There is no page 3 in file 1: it has 2']);
  });

  it('has each picture of a HEIC file, since each can be selected', async () => {
    const { pages } = await submit(await readFile(HEIC));
    for (const number of [1, 2, 3])
      expect(await sharp((await picture(`${pages}/${number}`)).body).metadata()).toMatchObject({
        height: 640,
      });
    expect(await refusal(`${pages}/4`)).toEqual([404, 'There is no page 4 in file 1: it has 3']);
  });

  it('is upright as the newest completed execution has it, or the one that is named; else as it is decoded', async () => {
    const { id, pages } = await submit();
    const { width = 0, height = 0 } = await sharp(receipt).metadata();
    const isTurned = async (asked = '') => {
      const { size } = await picture(`${pages}/1${asked}`);
      expect([
        [width, height],
        [height, width],
      ]).toContainEqual(size);
      return size[0] === height;
    };
    expect(await isTurned()).toBe(false);
    await query.start(id, 1);
    await query.complete(id, 1, turned(90));
    expect(await isTurned()).toBe(true);
    await query.requestAgain(id, 'tesseract');
    await query.start(id, 2);
    expect(await isTurned()).toBe(true);
    expect(await isTurned('?executionId=2')).toBe(false);
    await query.complete(id, 2, turned(0));
    expect(await isTurned()).toBe(false);
    expect(await isTurned('?executionId=1')).toBe(true);
    expect(await refusal(`${pages}/1?executionId=3`)).toEqual([
      404,
      `Execution 3 of file 1 of job ${id} does not exist`,
    ]);
  });

  it('is drawn once, and kept in few widths whatever is asked for', async () => {
    const { uid, pages } = await submit();
    let documents = 0;
    stored = {
      get: (key, options) => {
        if (key.includes('/files/')) documents++;
        return real.get(key, options);
      },
    };
    for (const width of [321, 500, 640, 1279, 1280]) await picture(`${pages}/1?width=${width}`);
    expect(documents).toBe(1);
    expect(await keys(uid)).toEqual(['pictures/1/1-1280-0.webp']);
    expect((await picture(`${pages}/1`)).body).toEqual((await picture(`${pages}/1`)).body);
  });

  it('answers 304 to a client that has it, and HEAD with the headers alone', async () => {
    const { id, pages } = await submit();
    const { response } = await picture(`${pages}/1`);
    const etag = response.headers.get('etag') ?? '';
    const again = (tag: string) => query.get(`${pages}/1`, { headers: { 'If-None-Match': tag } });
    for (const tag of [etag, '*']) {
      const unchanged = await again(tag);
      expect([unchanged.status, unchanged.headers.get('etag'), await unchanged.text()]).toEqual([
        304,
        etag,
        '',
      ]);
    }
    const head = await query.get(`${pages}/1`, { method: 'HEAD' });
    expect([head.status, head.headers.get('etag'), head.headers.get('content-type')]).toEqual([
      200,
      etag,
      'image/webp',
    ]);
    const any = { headers: { 'If-None-Match': '*' } };
    expect((await query.get(`${pages}/1`, { ...any, method: 'HEAD' })).status).toBe(304);
    expect((await query.get(`${pages}/2`, any)).status).toBe(404);
    await query.start(id, 1);
    await query.complete(id, 1, turned(180));
    expect((await again(etag)).status).toBe(200);
  });

  it('is 404 for what is not there, 400 for what is no id or no width, and 422 with the code for what cannot be decoded', async () => {
    const { id, pages } = await submit(
      receipt,
      receipt.subarray(0, 40),
      encryptedPdf(mulberry32(1), 'secret').bytes,
      Buffer.from('plain text'),
    );
    const widths = 'width: must be a whole number from 16 to 4000';
    for (const [path, status, details] of [
      ['/ocr-jobs/999/files/1/pages/1', 404, 'Job 999 does not exist'],
      [`/ocr-jobs/${id}/files/9/pages/1`, 404, `File 9 of job ${id} does not exist`],
      [`${pages}/2`, 404, 'There is no page 2 in file 1: it has 1'],
      [`${pages}/0`, 400, 'page: must be a positive integer'],
      [`${pages}/x`, 400, 'page: must be a positive integer'],
      [`${pages}/1?width=15`, 400, widths],
      [`${pages}/1?width=4001`, 400, widths],
      [`${pages}/1?width=1e3`, 400, widths],
      [`${pages}/1?executionId=x`, 400, 'executionId: must be a positive integer'],
    ] as const)
      expect([path, ...(await refusal(path))]).toEqual([path, status, details]);
    for (const [file, code] of [
      [2, 'corrupt_document'],
      [3, 'encrypted_document'],
      [4, 'unsupported_document'],
    ] as const)
      expect(await refusal(`/ocr-jobs/${id}/files/${file}/pages/1`)).toEqual([
        422,
        expect.stringMatching(`^${code}: [A-Z]`),
      ]);
    expect(await keys(uidOf(id))).toEqual([]);
  });

  it('is 500 for a file whose bytes are lost or are not those that were uploaded', async () => {
    const { uid, pages } = await submit();
    await real.put(`${jobObjects(uid)}files/1`, receipt.subarray(0, 1_000));
    expect(await refusal(`${pages}/1`)).toEqual([500, expect.stringContaining('are lost')]);
    await real.delete(`${jobObjects(uid)}files/1`);
    expect(await refusal(`${pages}/1`)).toEqual([500, expect.stringContaining('are lost')]);
    expect(await keys(uid)).toEqual([]);
  });
});

describe('a picture that is stored while its file is deleted', () => {
  const deleteFile = (jobId: number) =>
    query.run(jobId, { type: 'DeleteFile', fileId: 1, executions: new Map(), force: true, reason: 'asked' });

  /** Just before a picture is stored, what the gateway does is done, to its end. */
  const before = (erase: () => Promise<unknown>): Partial<ObjectStore> => ({
    put: async (...args) => {
      await erase();
      return real.put(...args);
    },
  });

  it('is removed, and nothing of other files', async () => {
    const { id, uid, pages } = await submit(receipt, receipt);
    await picture(`/ocr-jobs/${id}/files/2/pages/1`);
    stored = before(async () => {
      await deleteFile(id);
      await real.deletePrefix(pictureObjects(uid, 1));
    });
    expect(await refusal(`${pages}/1`)).toEqual([404, `File 1 of job ${id} does not exist`]);
    expect(await keys(uid)).toEqual(['pictures/2/1-1280-0.webp']);
  });

  it('is removed if its job is deleted', async () => {
    const { id, uid, pages } = await submit();
    stored = before(async () => {
      await query.remove(id);
      await real.deletePrefix(jobObjects(uid));
    });
    expect((await refusal(`${pages}/1`))[0]).toBe(404);
    expect(await keys(uid)).toEqual([]);
  });

  it('is removed though its client has left', async () => {
    const { id, uid, pages } = await submit();
    const request = httpGet(`${query.url}${pages}/1`);
    const left = new Promise((resolve) => request.once('close', resolve));
    request.on('error', () => {});
    const put = vi.fn(real.put.bind(real));
    stored = {
      put: async (...args) => {
        request.destroy();
        await left;
        await query.remove(id);
        await real.deletePrefix(jobObjects(uid));
        return put(...args);
      },
    };
    await vi.waitFor(() => expect(put).toHaveResolved(), 5_000);
    await vi.waitFor(async () => expect(await keys(uid)).toEqual([]));
  });

  it('is not kept if nobody knows whether the file is there, and its client gets it', async () => {
    const { id, uid, pages } = await submit();
    await query.project(id);
    stored = before(async () => {
      isCutOff = true;
    });
    await picture(`${pages}/1`);
    expect(await keys(uid)).toEqual([]);
  });

  it('is not kept if the store has no room for it, and its client gets it', async () => {
    const { uid, pages } = await submit();
    stored = { put: () => Promise.reject(new Error('no room')) };
    await picture(`${pages}/1`);
    expect(await keys(uid)).toEqual([]);
  });
});

describe('pages that are drawn at once', () => {
  /** Files are not read before the gate opens, or whoever asked has left. */
  function gated() {
    const { promise, resolve } = Promise.withResolvers<void>();
    let waiting = 0;
    stored = {
      async get(key, options) {
        if (key.includes('/files/')) {
          waiting++;
          const left = Promise.withResolvers<never>();
          options?.signal?.addEventListener('abort', () => left.reject(options.signal?.reason));
          await Promise.race([promise, left.promise]).finally(() => waiting--);
        }
        return real.get(key, options);
      },
    };
    return { open: resolve, waiting: () => waiting };
  }

  it('are one here; of one client few wait, and one more is told to come again', async () => {
    const { pages } = await submit();
    const gate = gated();
    const asked = [1, 2, 3, 4, 5, 6, 7].map(() => query.get(`${pages}/1`));
    await vi.waitFor(() => expect(gate.waiting()).toBe(1));
    const refused = await vi.waitFor(async () => {
      const response = await query.get(`${pages}/1`);
      expect(response.status).toBe(429);
      return response;
    });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(gate.waiting()).toBe(1);
    gate.open();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 200));
  });

  it('are waited for by few clients in all, and one more is told to come again', async () => {
    const { pages } = await submit();
    const gate = gated();
    await using replica = await query.replica({ pictures: drawn, trustProxy: () => true });
    const leaving = new AbortController();
    const from = (client: number) =>
      replica.get(`${pages}/1`, {
        headers: { 'X-Forwarded-For': `10.0.0.${client}` },
        signal: leaving.signal,
      });
    const asked = Array.from({ length: 32 }, (_, index) => from(index % 8));
    const refused = await vi.waitFor(async () => {
      const response = await from(9);
      expect(response.status).toBe(503);
      return response;
    });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(gate.waiting()).toBe(1);
    leaving.abort();
    for (const { status } of await Promise.allSettled(asked)) expect(status).toBe('rejected');
  });

  it('end with the client that leaves, and the next one has its turn', async () => {
    const { pages } = await submit();
    const gate = gated();
    const leaving = new AbortController();
    const left = query.get(`${pages}/1`, { signal: leaving.signal });
    await vi.waitFor(() => expect(gate.waiting()).toBe(1));
    leaving.abort();
    await expect(left).rejects.toThrow();
    await vi.waitFor(() => expect(gate.waiting()).toBe(0));
    stored = {};
    await picture(`${pages}/1`);
  });

  it('are 503 if they are not drawn in time', async () => {
    const { pages } = await submit();
    gated();
    await using replica = await query.replica({ pictures: { ...drawn, limitMs: 100 } });
    const response = await replica.get(`${pages}/1`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  });
});
