import { PDFDocument } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { documentEngine } from './document-engine.ts';
import { ProviderError } from './provider-error.ts';
import { readDocument } from './recognise.ts';

/** A document of so many pages, of which some have nothing on them. */
async function pagesOf(count: number, blank: readonly number[] = []): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  for (let number = 1; number <= count; number++) {
    const page = pdf.addPage([72, 72]);
    if (!blank.includes(number)) page.drawText(`${number}`, { x: 20, y: 20 });
  }
  return pdf.save();
}

/** Reads a document of so many pages; `bad` are those for which the vendor refuses the whole call. */
async function read(count: number, { bad = [], blank, short = false, selected }: ReadOptions = {}) {
  const calls: (readonly number[])[] = [];
  const engine = documentEngine({
    pagesPerCall: 4,
    limits: {},
    async readPages({ bytes }, pages) {
      expect(bytes.length).toBeGreaterThan(0);
      calls.push(pages);
      const code = pages.map((page) => bad.find(([number]) => number === page)?.[1]).find(Boolean);
      if (code) throw new ProviderError(code, `it is ${code}`);
      const given = short && pages.length > 1 ? pages.slice(1) : pages;
      return new Map(
        given.map((page) => [page, { lines: [{ text: `page ${page}` }], model: 'm', width: 100 + page }]),
      );
    },
  });
  const task = { selected, there: [], ended: 0 };
  const document = { bytes: await pagesOf(count, blank), mimeType: 'application/pdf' };
  const recognition = await readDocument(engine, document, { task }).catch(
    (error: ProviderError) => error.code,
  );
  return { calls, recognition };
}
interface ReadOptions {
  readonly bad?: readonly (readonly [page: number, code: ProviderError['code']])[];
  readonly blank?: readonly number[];
  readonly short?: boolean;
  readonly selected?: readonly number[];
}

describe('a vendor that takes documents whole', () => {
  it('is asked for so many pages in each call, and for the selected ones alone', async () => {
    const { calls, recognition } = await read(6);
    expect(calls).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
    expect(recognition).toMatchObject({
      pages: [1, 2, 3, 4, 5, 6].map((number) => ({ number, width: 100 + number })),
    });
    expect((await read(6, { selected: [2, 6] })).calls).toEqual([[2, 6]]);
  });

  it('is not asked for pages with nothing on them', async () => {
    const { calls, recognition } = await read(6, { blank: [1, 4] });
    expect(calls).toEqual([[2, 3, 5, 6]]);
    expect(recognition).toMatchObject({
      model: 'm',
      pages: [{ number: 1, lines: [] }, { number: 2, width: 102 }, {}, { number: 4, lines: [] }, {}, {}],
      warnings: [1, 4].map((page) => ({ code: 'blank', page })),
    });
    expect((await read(1, { blank: [1] })).recognition).toMatchObject({ model: 'none' });
  });

  it('is asked for less and less after a permanent fault, until it costs one page', async () => {
    const { calls, recognition } = await read(6, { bad: [[3, 'content_refused']] });
    expect(calls).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [4], [5, 6]]);
    const errors = [1, 2, 3, 4, 5, 6].map((page) => (page === 3 ? { code: 'content_refused' } : undefined));
    expect(recognition).toMatchObject({
      pages: errors.map((error) => (error ? { error } : { lines: [{}] })),
    });
  });

  it('is asked again for those pages alone that are missing in its answer', async () => {
    const { calls, recognition } = await read(6, { short: true });
    expect(calls).toEqual([[1, 2, 3, 4], [1], [5, 6], [5]]);
    expect(recognition).toMatchObject({
      pages: [1, 2, 3, 4, 5, 6].map((number) => ({ lines: [{ text: `page ${number}` }] })),
    });
  });

  it('is asked for the other pages before an attempt ends for one that may be read later', async () => {
    const { calls, recognition } = await read(6, { bad: [[1, 'internal_error']] });
    expect(calls).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
    expect(recognition).toBe('internal_error');
  });

  it('is asked for nothing more once it says that it is down', async () => {
    const { calls, recognition } = await read(6, { bad: [[1, 'rate_limited']] });
    expect(calls).toEqual([[1, 2, 3, 4]]);
    expect(recognition).toBe('rate_limited');
  });
});
