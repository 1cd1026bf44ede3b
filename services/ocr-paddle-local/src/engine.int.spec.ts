import { type Engine, readDocument } from '@inkstream/provider-kit';
import { extractReceipts } from '@inkstream/receipt-fields';
import {
  generateDocument,
  generateReceipt,
  generateTable,
  withDamagedPicture,
  withDamagedStrip,
} from '@inkstream/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from './engine.ts';

describe('the engine of paddle-ocr-local', () => {
  let engine: Engine;
  const said: string[] = [];
  beforeAll(async () => {
    engine = await createEngine(
      { model: 'default', maxPages: 2 },
      {
        log: (message) => said.push(message),
        native: (call) => call(),
      },
    );
  });
  afterAll(() => engine.close?.());
  const read = (bytes: Uint8Array, mimeType: string) => readDocument(engine, { bytes, mimeType });
  const textOf = (page: { lines: readonly { text: string }[] } | undefined) =>
    page?.lines.map(({ text }) => text).join('\n');

  it('says what it chose for this processor', () => {
    expect(said.join()).toMatch(/PP-OCRv6 default: int8/);
  });

  it('reads a photo, and says which model did', async () => {
    const { image } = await generateReceipt({ seed: 11, layout: 'supermarket-my' });
    const { pages, model } = await read(image, 'image/jpeg');
    expect(model).toBe('PP-OCRv6-default');
    expect(pages).toHaveLength(1);
    expect(textOf(pages[0])).toMatch(/TOTAL/i);
  });

  it('reads each page of a document, in order', async () => {
    const { image, mimeType, truths } = await generateDocument([{ seed: 1 }, { seed: 2 }], 'pdf');
    const { pages } = await read(image, mimeType);
    const totals = truths.map(({ fields }) => (fields.total ?? '').replace('.', '[.,]'));
    for (const [index, total] of totals.entries()) expect(textOf(pages[index])).toMatch(new RegExp(total));
  });

  it.each([
    ['side by side on a table, each at its own tilt', { columns: 3, turns: [7, -11, 0] }],
    ['one above another on a scanner', { columns: 1, table: 255 }],
  ])('reads several receipts of one photo one by one: %s', async (_, how) => {
    const receipts = [{ seed: 31 }, { seed: 35 }, { seed: 37 }].map((one) => ({ ...one, width: 480 }));
    const { image, truths } = await generateTable({ receipts, ...how });
    const { pages } = await read(image, 'image/png');
    const found = extractReceipts(pages).receipts;
    expect(found.map(({ total }) => total?.value)).toEqual(truths.map(({ fields }) => fields.total));
    expect(found.map(({ items }) => items.length)).toEqual(truths.map(({ fields }) => fields.items.length));
  });

  it.each(['pdf', 'tiff'] as const)('reads the rest of a %s of which a page is damaged', async (format) => {
    const { image, mimeType, truths } = await generateDocument([{ seed: 1 }, { seed: 2 }], format);
    const damage = format === 'pdf' ? withDamagedPicture : withDamagedStrip;
    const { pages } = await read(damage(image, 1), mimeType);
    expect(pages[0]).toMatchObject({ lines: [], error: { code: 'corrupt_document' } });
    expect(textOf(pages[1])).toMatch(new RegExp((truths[1]?.fields.total ?? '').replace('.', '[.,]')));
    await expect(read(damage(damage(image, 1), 2), mimeType)).rejects.toMatchObject({
      code: 'corrupt_document',
    });
  });

  it('refuses what is corrupt, and more pages than it takes, with codes that are not retried', async () => {
    const corrupt = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0]);
    await expect(read(corrupt, 'image/jpeg')).rejects.toMatchObject({ code: 'corrupt_document' });
    const { image, mimeType } = await generateDocument([{ seed: 1 }, { seed: 2 }, { seed: 3 }], 'tiff');
    await expect(read(image, mimeType)).rejects.toMatchObject({ code: 'document_too_large' });
  });
});
