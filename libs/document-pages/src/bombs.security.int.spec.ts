import {
  type BadFile,
  dashBomb,
  formBomb,
  groupBomb,
  pathBomb,
  pdfBomb,
  pngBomb,
  repeatedImageBomb,
  shadingBomb,
  textPdf,
  tilingBomb,
} from '@inkstream/testing';
import { expect, test } from 'vitest';
import { DocumentError, openDocument } from './index.ts';

const pageTimeoutMs = 2000;
/** Beside the limit, on a busy machine: starting a process, and opening the document. */
const slackMs = 15_000;

async function faultOf({ bytes }: BadFile): Promise<unknown> {
  try {
    using document = await openDocument(bytes, { pageTimeoutMs });
    await document.page(0);
    return undefined;
  } catch (error) {
    return error;
  }
}

test.each([
  ['3^7 transparency groups', groupBomb()],
  ['patterns of patterns', tilingBomb()],
  ['a picture that is drawn 3,000 times', repeatedImageBomb()],
  ['shadings that compute', shadingBomb()],
])('%s: a PDF ends at the time limit of its page', async (_, bomb) => {
  expect(bomb.bytes.length).toBeLessThan(15_000);
  const start = performance.now();
  const fault = await faultOf(bomb);
  expect(fault).toMatchObject({ code: 'timeout', message: 'Decoding page 1 took longer than 2 s' });
  expect(performance.now() - start).toBeLessThan(pageTimeoutMs + slackMs);
});

test.each([
  ['one line of a hundred thousand dashes a point', dashBomb()],
  ['5 million path operators', pathBomb()],
  ['a million forms', formBomb()],
  ['a picture of 900 MB', pdfBomb()],
])('%s: a PDF is drawn in time, or ends at a limit', async (_, bomb) => {
  const start = performance.now();
  const fault = await faultOf(bomb);
  expect(performance.now() - start).toBeLessThan(pageTimeoutMs + slackMs);
  // PDFium draws some of them in time.
  if (fault !== undefined) {
    expect(fault).toBeInstanceOf(DocumentError);
    expect(['timeout', 'document_too_large']).toContain((fault as DocumentError).code);
  }
});

test('a PNG of 1 x 40,000,000 pixels is refused by its header', async () => {
  const start = performance.now();
  expect(await faultOf(pngBomb(1, 40_000_000))).toMatchObject({
    code: 'document_too_large',
    message: 'A picture of 1 x 40000000 pixels is too large; sides of 65535 pixels are allowed',
  });
  expect(performance.now() - start).toBeLessThan(slackMs);
});

test.each([
  ['a roll of 2 m', 80, 2000],
  ['a receipt of 1:40', 50, 2000],
])('%s is no bomb', async (_, widthMm, heightMm) => {
  const points = (mm: number) => (mm * 72) / 25.4;
  using document = await openDocument(await textPdf(['TOTAL 12.34'], [points(widthMm), points(heightMm)]));
  expect((await document.page(0)).height).toBe(23_622);
});
