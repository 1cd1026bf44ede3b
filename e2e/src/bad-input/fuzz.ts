import { integer, mulberry32, multipart, pick, postBody, type Random } from '@inkstream/testing';
import { describe, expect, it } from 'vitest';
import { expectError, form } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { filePart, part, providerPart } from '../support/raw-multipart.ts';

const SEED = 20_261_124;
const BODIES = 200;
const FILES = 24;
const AT_ONCE = 8;

const randomBytes = (random: Random, length: number): Buffer<ArrayBuffer> =>
  Buffer.from(Array.from({ length }, () => integer(random, 0, 255)));

/** The bytes with some of them overwritten, taken out, doubled, or put in. */
function mutate(random: Random, bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  let mutated = bytes;
  for (let count = integer(random, 1, 4); count > 0; count--) {
    const at = integer(random, 0, mutated.length);
    const length = pick(random, [1, 2, 10, 100]);
    const [head, tail] = [mutated.subarray(0, at), mutated.subarray(at)];
    const parts = pick(random, [
      [head, randomBytes(random, length), tail.subarray(length)],
      [head, tail.subarray(length)],
      [head, tail.subarray(0, length), tail],
      [head, randomBytes(random, length), tail],
      [head, Buffer.from(pick(random, ['\r\n', '\r\n\r\n', '--', '"', '\0', '; '])), tail],
    ]);
    mutated = Buffer.concat(parts);
  }
  return mutated;
}

/** Runs the work for each of so many, some at once. */
async function each(count: number, work: (index: number) => Promise<void>): Promise<void> {
  const indices = Array.from({ length: count }, (_, index) => index).values();
  const worker = async () => {
    for (const index of indices) await work(index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Bytes from a seeded source of randomness, wherever a client may send bytes. */
export function fuzzTests(inkstream: Inkstream): void {
  const { api } = inkstream;
  const REFUSALS = [400, 413, 415];

  async function expectTakenOrRefused(response: Response, what: string): Promise<number | null> {
    if (response.status === 201) return ((await response.json()) as { id: number }).id;
    expect(REFUSALS, what).toContain(response.status);
    await expectError(response, response.status);
    return null;
  }

  describe('random bytes', () => {
    it('in a multipart body make a job or a refusal', async () => {
      const good = multipart([providerPart, filePart, part('name="jobName"', 'Fuzz')]);
      await each(BODIES, async (index) => {
        const body = mutate(mulberry32(SEED + index), good);
        await expectTakenOrRefused(await postBody(inkstream.process.url, body), `seed ${SEED + index}`);
      });
    });

    it('as a file make a refusal, or a job that ends', async () => {
      const starts = ['', '\x89PNG\r\n\x1a\n', '\xff\xd8\xff\xe0\0\x10JFIF', '%PDF-1.7\n', 'II*\0', 'GIF89a'];
      await each(FILES, async (index) => {
        const random = mulberry32(SEED + index);
        const start = Buffer.from(starts[index % starts.length] ?? '', 'latin1');
        const bytes = Buffer.concat([start, randomBytes(random, integer(random, 1, 3_000))]);
        const response = await api.post(form([{ bytes, provider: 'paddle-ocr-local' }]));
        const id = await expectTakenOrRefused(response, `seed ${SEED + index}`);
        if (id === null) return;
        const [execution] = (await api.finished(id)).files[0]?.executions ?? [];
        expect(execution?.error?.code, `seed ${SEED + index}`).toMatch(/_document$|^document_/);
      });
    });

    it('in a path, a query or a header make an answer', async () => {
      await each(100, async (index) => {
        const random = mulberry32(SEED + index);
        const noise = randomBytes(random, integer(random, 1, 60)).toString('latin1');
        const visible = noise.replace(/[^\x21-\x7e\xa1-\xff]/g, '');
        const raw = visible.replace(/[^\x21-\x7e]|[#?\\]/g, '');
        const headers = { 'if-none-match': visible, range: `bytes=${visible}`, 'last-event-id': visible };
        for (const path of [
          `/${encodeURIComponent(noise)}`,
          `/ocr-jobs/${raw}`,
          `/ocr-jobs?${raw}`,
          '/ocr-jobs/1',
        ])
          expect((await api.call(path, { headers })).status, `seed ${SEED + index}`).toBeLessThan(500);
      });
    });
  });
}
