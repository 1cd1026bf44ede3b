import { mulberry32 } from '@inkstream/testing';
import { expect, test } from 'vitest';
import { DocumentError, openDocument } from './index.ts';
import { markedDocument, markedFormats, otherDocument, showsMarker } from './spec-support/marker.ts';
import { mutate } from './spec-support/mutate.ts';

/** For each format: so many mutated documents, or as many as fit in FUZZ_SECONDS, if that is set. */
const count = 12;
const fuzzSeconds = Number(process.env.FUZZ_SECONDS ?? 0);
const seed = Number(process.env.FUZZ_SEED ?? 11);
const atOnce = 4;
const limits = { pageTimeoutMs: 20_000, maxPixels: 10_000_000 };

/** The pixels of every page, or the error. */
async function read(bytes: Uint8Array): Promise<Uint8Array[] | unknown> {
  try {
    using document = await openDocument(bytes, limits);
    const pages = [];
    for await (const { data } of document) pages.push(data);
    return pages;
  } catch (error) {
    return error;
  }
}

test.each(markedFormats)(
  'what a %s held is never in what mutated others give back (longer by FUZZ_SECONDS)',
  { timeout: 240_000 + 2000 * fuzzSeconds },
  async (format) => {
    const random = mulberry32(seed);
    const [marked, other] = [await markedDocument(format), await otherDocument(format)];
    const end = performance.now() + 1000 * fuzzSeconds;
    let pages = 0;
    for (let done = 0; fuzzSeconds > 0 ? performance.now() < end : done < count; done += atOnce) {
      const files = Array.from({ length: atOnce }, () => mutate(random, format, other));
      const [own, ...others] = await Promise.all([marked, ...files].map(read));
      expect((own as Uint8Array[]).some(showsMarker)).toBe(true);
      others.forEach((result, i) => {
        if (!Array.isArray(result)) {
          expect(result).toBeInstanceOf(DocumentError);
          return;
        }
        pages += result.length;
        const leaked = result.some(showsMarker);
        expect(leaked, `seed ${seed}: ${files[i]?.toString('base64').slice(0, 4000)}`).toBe(false);
      });
    }
    // Some mutations are harmless, so there were pages to check.
    expect(pages).toBeGreaterThan(0);
  },
);
