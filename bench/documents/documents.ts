import { deskPhoto, generateDocument, generateReceipt, textPdf } from '@inkstream/testing';

/** A document, and what it is. */
export type NamedDocument = readonly [name: string, bytes: Uint8Array];

/** What is measured: the same bytes each time. */
export async function documentsToMeasure(): Promise<readonly NamedDocument[]> {
  const { image: receipt } = await generateReceipt({ seed: 1, format: 'png' });
  const points = (mm: number) => (mm * 72) / 25.4;
  const lines = Array.from({ length: 300 }, (_, at) =>
    ['ITEM', at + 1, 'SOMETHING', `${at + 1}.00`].join(' '),
  );
  const fifty = Array.from({ length: 50 }, (_, seed) => ({ seed }));
  return [
    ['photo of 12 megapixels, JPEG', await deskPhoto(receipt, 12)],
    ['photo of 50 megapixels, JPEG', await deskPhoto(receipt, 50)],
    ['photo of 108 megapixels, JPEG', await deskPhoto(receipt, 108)],
    ['photo of 200 megapixels, JPEG', await deskPhoto(receipt, 200)],
    ['roll of 2 m, PDF', await textPdf(lines, [points(80), points(2000)])],
    ['50 pages, PDF', (await generateDocument(fifty, 'pdf')).image],
  ];
}
