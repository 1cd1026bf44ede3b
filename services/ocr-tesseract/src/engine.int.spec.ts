import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OcrLine, ocrPageSchema } from '@inkstream/contracts';
import { readDocument } from '@inkstream/provider-kit';
import {
  emptyFile,
  generateDocument,
  generateReceipt,
  onePixelPng,
  withDamagedPicture,
} from '@inkstream/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, createTesseract } from './engine.ts';
import { installedLanguage } from './language-data.ts';

type Engine = Awaited<ReturnType<typeof createEngine>>;
const receipt = { seed: 103, layout: 'cafe-my' } as const;

let engine: Engine;
beforeAll(async () => {
  // As the kit calls it, with its thread.
  engine = await createEngine({ languages: 'eng', maxPages: 2 }, { log: () => {}, native: (call) => call() });
});
afterAll(() => engine.close?.());

const read = (bytes: Uint8Array, signal?: AbortSignal) =>
  readDocument(engine, { bytes, mimeType: 'application/octet-stream' }, { ...(signal && { signal }) });

/** Harmonic mean of precision and recall over words, case folded, as multisets. */
function wordF1(lines: readonly OcrLine[], truth: string): number {
  const words = (text: string) => text.toLowerCase().split(/\s+/);
  const [found, wanted] = [words(lines.map(({ text }) => text).join(' ')), words(truth)];
  const left = [...wanted];
  const common = found.filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return (2 * common.length) / (found.length + wanted.length);
}

test('a clean receipt is read with the box of each line', async () => {
  const { image, truth } = await generateReceipt(receipt);
  const { pages, model } = await read(image);
  expect(model).toMatch(/^tesseract 5\.\S+ eng$/);
  const page = ocrPageSchema.omit({ number: true }).parse(pages[0]);
  expect(page).toMatchObject({ rotation: 0, ...truth.image });
  expect(wordF1(page.lines, truth.text)).toBeGreaterThanOrEqual(0.9);
  const merchant = page.lines.find(({ text }) => text === truth.fields.merchant);
  const box = truth.lines[0]?.box ?? [];
  expect(merchant?.box?.every((edge, i) => Math.abs(edge - (box[i] ?? -99)) <= 6)).toBe(true);
});

test('a receipt on its side is turned upright', async () => {
  const { image, truth } = await generateReceipt({ ...receipt, degrade: { rotate: 270 } });
  const [page] = (await read(image)).pages;
  expect(page).toMatchObject({ rotation: 90, ...truth.page });
  expect(wordF1(page?.lines ?? [], truth.text)).toBeGreaterThanOrEqual(0.9);
});

test('the pages of a PDF are read in order', async () => {
  const { image, truths } = await generateDocument([receipt, { ...receipt, seed: 104 }], 'pdf');
  const { pages } = await read(image);
  expect(pages).toHaveLength(2);
  truths.forEach((truth, i) => {
    expect(wordF1(pages[i]?.lines ?? [], truth.text)).toBeGreaterThanOrEqual(0.8);
  });
});

test('the rest of a PDF is read of which a page is damaged', async () => {
  const { image, truths } = await generateDocument([receipt, { ...receipt, seed: 104 }], 'pdf');
  const { pages } = await read(withDamagedPicture(image, 1));
  expect(pages[0]).toMatchObject({ lines: [], error: { code: 'corrupt_document' } });
  expect(wordF1(pages[1]?.lines ?? [], truths[1]?.text ?? '')).toBeGreaterThanOrEqual(0.8);
});

test('a page too small for text has no lines', async () => {
  const { bytes } = onePixelPng();
  expect((await read(bytes)).pages).toEqual([{ number: 1, width: 1, height: 1, rotation: 0, lines: [] }]);
});

test('a document without pages to read fails with its code', async () => {
  await expect(read(emptyFile().bytes)).rejects.toMatchObject({ code: 'corrupt_document' });
  const small = { ...receipt, width: 160 };
  const { image } = await generateDocument([small, small, small], 'tiff');
  await expect(read(image)).rejects.toMatchObject({ code: 'document_too_large' });
});

test('an aborted signal ends the reading, and the next document is read', async () => {
  const { image } = await generateReceipt({ ...receipt, width: 160 });
  await expect(read(image, AbortSignal.abort())).rejects.toThrow(/abort/i);
  const { bytes } = onePixelPng();
  expect((await read(bytes)).pages).toHaveLength(1);
});

describe('languages', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tesseract-spec-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const inFolder = (code: string) => join(folder, `${code}.traineddata.gz`);

  test('several are taken from their own packages', async () => {
    await copyFile(installedLanguage('eng'), inFolder('second'));
    const locate = (code: string) => (code === 'eng' ? installedLanguage(code) : inFolder(code));
    const both = await createTesseract({ languages: 'eng+second', maxPages: 1 }, locate);
    const { image: bytes } = await generateReceipt({ seed: 1, width: 160 });
    const { model } = await readDocument(both, { bytes, mimeType: 'image/jpeg' });
    expect(model).toMatch(/ eng\+second$/);
    await both.close?.();
  });

  test('one that is not installed is refused with the name of its package', async () => {
    const starting = createTesseract({ languages: 'eng+xyz', maxPages: 1 });
    await expect(starting).rejects.toThrow('needs the package @tesseract.js-data/xyz');
  });

  test('a model that cannot be read is an error, not an endless wait', async () => {
    const starting = createTesseract({ languages: 'gone', maxPages: 1 }, inFolder);
    await expect(starting).rejects.toThrow('Tesseract did not start');
  });
});
