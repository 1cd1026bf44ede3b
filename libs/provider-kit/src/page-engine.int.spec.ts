import { readFile } from 'node:fs/promises';
import { generateDocument, generateReceipt } from '@inkstream/testing';
import { PDFDocument, rgb } from 'pdf-lib';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { type PagePicture, type PictureLimits, pageEngine } from './page-engine.ts';
import { readDocument } from './recognise.ts';

/** A file with three pictures. */
const pictures = new URL('../../document-pages/fixtures/pictures.heic', import.meta.url);
const jpeg: PictureLimits = { mimeType: 'image/jpeg', maxSide: 2_000, maxBytes: 5_000_000 };

/** Reads a document, and returns the pictures that the vendor saw in the order of their pages. */
async function picturesOf(
  bytes: Uint8Array,
  picture: PictureLimits,
  { pages, together = false }: { pages?: readonly number[]; together?: boolean } = {},
) {
  const second = Promise.withResolvers<void>();
  const seen: PagePicture[] = [];
  let now = 0;
  let most = 0;
  const engine = pageEngine({
    picture,
    sideBySide: 2,
    limits: { maxPages: 3 },
    async readPage(page) {
      most = Math.max(most, ++now);
      seen.push(page);
      // The first one waits for the second: a page is decoded while the vendor reads another.
      if (seen.length > 1) second.resolve();
      if (together) await second.promise;
      now--;
      return { lines: [{ text: `page ${page.number}` }], model: 'm' };
    },
  });
  const task = { selected: pages, there: [], ended: 0 };
  const recognition = await readDocument(engine, { bytes, mimeType: 'application/pdf' }, { task });
  return { seen: seen.toSorted((a, b) => a.number - b.number), most, recognition };
}

/** A PDF of coloured pages, an inch and a half wide and four high, with a word on each. */
async function colouredPages(...colours: [number, number, number][]): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  for (const [r, g, b] of colours) {
    const page = pdf.addPage([108, 288]);
    page.drawRectangle({ x: -9, y: -9, width: 199, height: 399, color: rgb(r, g, b) });
    page.drawText('TOTAL', { x: 20, y: 40, size: 12 });
  }
  return pdf.save();
}

it('shows each page in colour, two of them at once, and says how large it was', async () => {
  const bytes = await colouredPages([1, 0, 0], [0, 1, 0], [0, 0, 1]);
  const { seen, most, recognition } = await picturesOf(bytes, jpeg, { together: true });
  expect(most).toBe(2);
  for (const [at, picture] of seen.entries()) {
    expect(picture).toMatchObject({ number: at + 1, mimeType: 'image/jpeg', width: 450, height: 1200 });
    const { channels } = await sharp(picture.bytes).stats();
    expect(channels.map(({ mean }) => mean > 200)).toEqual([0, 1, 2].map((channel) => channel === at));
  }
  expect(recognition.pages).toMatchObject([1, 2, 3].map((number) => ({ number, width: 450, height: 1200 })));
});

it('makes a page as small as the vendor takes', async () => {
  const { image } = await generateDocument([{ seed: 3 }], 'pdf');
  const limits: PictureLimits = { mimeType: 'image/png', maxSide: 700, maxBytes: 60_000 };
  const { seen } = await picturesOf(image, limits);
  const [{ bytes, width, height } = { bytes: new Uint8Array(), width: 0, height: 0 }] = seen;
  expect(bytes.length).toBeLessThanOrEqual(60_000);
  expect(Math.max(width, height)).toBeLessThanOrEqual(700);
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width, height });
});

it('takes as many pages as it may, whole or selected', async () => {
  const bytes = await colouredPages(...Array.from({ length: 5 }, (): [number, number, number] => [1, 0, 0]));
  const tooMany = { code: 'document_too_large' };
  await expect(picturesOf(bytes, jpeg)).rejects.toMatchObject(tooMany);
  await expect(picturesOf(bytes, jpeg, { pages: [1, 2, 3, 4] })).rejects.toMatchObject(tooMany);
  const { seen } = await picturesOf(bytes, jpeg, { pages: [2, 5] });
  expect(seen.map(({ number }) => number)).toEqual([2, 5]);
});

it('shows a blank page to nobody, and says that it is blank', async () => {
  const pdf = await PDFDocument.create();
  pdf.addPage([216, 432]);
  pdf.addPage([216, 432]).drawText('TOTAL 1.00', { x: 18, y: 300 });
  const { seen, recognition } = await picturesOf(await pdf.save(), jpeg);
  expect(seen.map(({ number }) => number)).toEqual([2]);
  expect(recognition).toMatchObject({
    model: 'm',
    pages: [
      { number: 1, width: 900, height: 1800, lines: [] },
      { number: 2, lines: [{}] },
    ],
    warnings: [{ code: 'blank', page: 1 }],
  });
});

it('says of a page that it was damaged, and reads it', async () => {
  const { image } = await generateDocument([{ seed: 3 }], 'pdf');
  const { image: photo } = await generateReceipt({ seed: 3 });
  expect((await picturesOf(image, jpeg)).recognition.warnings).toEqual([]);
  const { seen, recognition } = await picturesOf(photo.subarray(0, photo.length - 2), jpeg);
  expect(seen).toHaveLength(1);
  expect(recognition.warnings).toMatchObject([{ code: 'damaged_input', page: 1 }]);
});

it('reads the main picture of a HEIC file, says that there are others, and reads those that are selected', async () => {
  const bytes = await readFile(pictures);
  const whole = await picturesOf(bytes, jpeg);
  expect(whole.seen.map(({ number }) => number)).toEqual([1]);
  expect(whole.recognition.warnings).toEqual([
    {
      code: 'further_pictures',
      message:
        'The file has 3 pictures, and only its main one was read; select pages 1-3 to have all of them read',
      page: 1,
    },
  ]);
  const selected = await picturesOf(bytes, jpeg, { pages: [1, 3] });
  expect(selected.seen.map(({ number }) => number)).toEqual([1, 3]);
  expect(selected.recognition.warnings).toEqual([]);
});
