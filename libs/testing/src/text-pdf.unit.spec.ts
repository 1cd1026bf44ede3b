import { PDFDocument } from 'pdf-lib';
import { expect, test } from 'vitest';
import { textPdf } from './text-pdf.ts';

test('the page has its size and turn, and the same lines give the same bytes', async () => {
  const bytes = await textPdf(['TOTAL 12.34'], [100, 200], 90);
  const page = (await PDFDocument.load(bytes)).getPage(0);
  expect([page.getWidth(), page.getHeight(), page.getRotation().angle]).toEqual([100, 200, 90]);
  expect(await textPdf(['TOTAL 12.34'], [100, 200], 90)).toEqual(bytes);
  expect(await textPdf(['TOTAL 12.35'], [100, 200], 90)).not.toEqual(bytes);
});
