import {
  attachedPdf,
  drawReceipt,
  formPdf,
  freeTextPdf,
  generateDocument,
  generateReceipt,
  textPdf,
  unitPdf,
  withDamagedPicture,
} from '@inkstream/testing';
import { PDFDocument, PDFName, PDFString } from 'pdf-lib';
import { describe, expect, test } from 'vitest';
import { openDocument, type PageImage } from './index.ts';

async function pagesOf(bytes: Uint8Array): Promise<(PageImage | string)[]> {
  using document = await openDocument(bytes);
  const pages: (PageImage | string)[] = [];
  for (let index = 0; index < document.pageCount; index++)
    pages.push(await document.page(index).catch((error) => error.code));
  return pages;
}
async function onlyPage(bytes: Uint8Array): Promise<PageImage> {
  const pages = await pagesOf(bytes);
  const [page] = pages;
  if (pages.length !== 1 || typeof page !== 'object') throw new Error(`${pages.length} pages`);
  return page;
}
const ink = ({ data }: PageImage) => data.filter((value) => value < 128).length;

describe('what is filled into a form is on its page', () => {
  test.each([true, false])('with appearances of its fields: %s', async (appearances) => {
    const empty = ink(await onlyPage(await formPdf(['', ''], appearances)));
    const filled = ink(await onlyPage(await formPdf(['TOTAL 12.34', 'CASH 20.00'], appearances)));
    expect(filled - empty).toBeGreaterThan(1000);
    expect(empty).toBe(0);
  });

  test('and so is a note without an appearance', async () => {
    expect(ink(await onlyPage(await freeTextPdf('PAID 12.34')))).toBeGreaterThan(500);
  });
});

test.each([0.5, 1, 12, 72])(
  'a page in units of %d points is drawn as large as its text asks for',
  async (unit) => {
    const page = await onlyPage(await unitPdf('TOTAL 12.34', unit));
    expect(Math.max(page.width, page.height)).toBeGreaterThanOrEqual(900);
    expect(ink(page)).toBeGreaterThan(2000);
  },
);

test('a photo on a page that is said to be small has its pixels', async () => {
  const { image } = await generateReceipt({ seed: 3, width: 2000 });
  const pdf = await PDFDocument.create();
  const picture = await pdf.embedJpg(image);
  pdf.addPage([40, 60]).drawImage(picture, { x: 0, y: 0, width: 40, height: 60 });
  const { width, height } = await onlyPage(await pdf.save());
  expect(width * height).toBeGreaterThan(3_000_000);
});

describe('what is attached', () => {
  const size = { seed: 7, layout: 'cafe-my', width: 200 } as const;

  test('to a portfolio is what is read, and its cover is not', async () => {
    const { image } = await generateReceipt(size);
    const { raster } = await drawReceipt(size);
    const two = await generateDocument([{ seed: 1 }, { seed: 2 }], 'pdf');
    const files = { 'a.jpg': image, 'notes.txt': Buffer.from('nothing to see'), 'two.pdf': two.image };
    const [first, ...others] = await pagesOf(await attachedPdf(files, { portfolio: true }));
    expect(first).toMatchObject({ width: raster.width, height: raster.height });
    expect(others).toHaveLength(2);
  });

  test('to another PDF is read after its own pages', async () => {
    const { image } = await generateReceipt(size);
    const pages = await pagesOf(await attachedPdf({ 'a.jpg': image }, { portfolio: false }));
    expect(pages).toMatchObject([{ width: 1200 }, { width: 200 }]);
  });

  test.each([
    ['a name that begins as that of a portfolio', 'Lang', 'CollectionOfReceipts'],
    ['attachments that a viewer is to show, as electronic invoices have', 'PageMode', 'UseAttachments'],
  ])('to a PDF with %s, too', async (_, key, value) => {
    const { image } = await generateReceipt(size);
    const pdf = await PDFDocument.load(await attachedPdf({ 'a.jpg': image }, { portfolio: false }));
    pdf.catalog.set(PDFName.of(key), PDFName.of(value));
    const pages = await pagesOf(await pdf.save({ useObjectStreams: false }));
    expect(pages).toMatchObject([{ width: 1200 }, { width: 200 }]);
  });

  test('to a page is read too, and costs no page that cannot be loaded its others', async () => {
    const { image } = await generateReceipt(size);
    const pdf = await PDFDocument.load(await textPdf(['TOTAL 12.34']));
    const pinned = pdf.context.register(pdf.context.stream(image, { Type: 'EmbeddedFile' }));
    const file = { Type: 'Filespec', F: PDFString.of('a.jpg'), EF: { F: pinned } };
    const annotation = { Type: 'Annot', Subtype: 'FileAttachment', Rect: [0, 0, 9, 9], FS: file };
    pdf.getPage(0).node.addAnnot(pdf.context.register(pdf.context.obj(annotation)));
    const lost = pdf.addPage([216, 144]);
    pdf.context.assign(lost.ref, pdf.context.obj(null));
    const pages = await pagesOf(await pdf.save({ useObjectStreams: false }));
    expect(pages).toEqual([
      expect.objectContaining({ width: 900 }),
      'corrupt_document',
      expect.objectContaining({ width: 200 }),
    ]);
  });

  test('and cannot be decoded costs itself', async () => {
    const files = { 'a.pdf': Buffer.from('%PDF-1.4\nnothing'), 'b.pdf': await textPdf(['TOTAL 1.00']) };
    const pages = await pagesOf(await attachedPdf(files, { portfolio: true }));
    expect(pages).toEqual(['corrupt_document', expect.objectContaining({ width: 900 })]);
  });

  test('counts for the pages that are allowed', async () => {
    const files = { 'a.pdf': await textPdf(['1']), 'b.pdf': await textPdf(['2']) };
    const opening = openDocument(await attachedPdf(files, { portfolio: true }), { maxPages: 1 });
    await expect(opening).rejects.toMatchObject({ code: 'document_too_large' });
  });
});

test('a page of text with a picture that cannot be decoded is read, and said to be damaged', async () => {
  const { image } = await generateReceipt({ seed: 3, width: 200 });
  const pdf = await PDFDocument.create();
  const page = pdf.addPage([216, 432]);
  page.drawText('TOTAL 12.34', { x: 18, y: 380 });
  page.drawImage(await pdf.embedJpg(image), { x: 18, y: 18, width: 100, height: 150 });
  const whole = await pdf.save({ useObjectStreams: false });
  expect((await onlyPage(whole)).damaged).toBeUndefined();
  const damaged = await onlyPage(withDamagedPicture(whole, 1));
  expect(damaged.damaged).toBe(true);
  expect(ink(damaged)).toBeGreaterThan(1000);
});

test('a picture that cannot be decoded, and lies beside the page, is no damage', async () => {
  const { image } = await generateReceipt({ seed: 3, width: 200 });
  const pdf = await PDFDocument.create();
  const page = pdf.addPage([216, 432]);
  page.drawText('TOTAL 12.34', { x: 18, y: 380 });
  page.drawImage(await pdf.embedJpg(image), { x: 500, y: 18, width: 100, height: 150 });
  const whole = await pdf.save({ useObjectStreams: false });
  expect((await onlyPage(withDamagedPicture(whole, 1))).damaged).toBeUndefined();
});
