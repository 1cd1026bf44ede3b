import {
  drawnPdf,
  eastAsianPdf,
  generateReceipt,
  lyingPdf,
  scannedPdf,
  shown,
  textPdf,
} from '@inkstream/testing';
import { describe, expect, test } from 'vitest';
import { openDocument, type PageImage } from './index.ts';

async function pageOf(bytes: Uint8Array): Promise<PageImage> {
  using document = await openDocument(bytes);
  return await document.page(0);
}
const textOf = ({ text = [] }: PageImage) => text.map((line) => line.text);
const linesOf = async (bytes: Uint8Array) => textOf(await pageOf(bytes));

describe('the text of a page', () => {
  test('is in lines, and what stands far to the right is one of its own', async () => {
    const page = await pageOf(await textPdf(['CAFE', 'Coffee and cake               3.50', 'TOTAL 3.50']));
    expect(textOf(page)).toEqual(['CAFE', 'Coffee and cake', '3.50', 'TOTAL 3.50']);
    const [, label, amount] = page.text ?? [];
    expect(amount?.box[1]).toBe(label?.box[1]);
    // 18 points from the left and 46 from the top, at 300 dots per inch.
    expect(label?.box[0]).toBeCloseTo(75, -1);
    expect(((label?.box[1] ?? 0) + (label?.box[3] ?? 0)) / 2).toBeCloseTo(175, -1.3);
  });

  test.each([
    [
      'with single letters placed',
      'BT /F 12 Tf 18 72 Td [(T) -20 (O) 30 (TAL)] TJ 48 0 Td (1) Tj 6.7 0 Td (2) Tj ET',
      ['TOTAL 12'],
    ],
    ['with letters spaced apart', 'BT /F 12 Tf 6 Tc 18 72 Td (INVOICE) Tj ET', ['INVOICE']],
    ['drawn twice to look bold', `${shown('TOTAL', 18, 72)}${shown('TOTAL', 18.4, 72)}`, ['TOTAL']],
    ['written from the last letter on', `${shown('56', 60, 72)}${shown('1234', 33, 72)}`, ['123456']],
    ['one below the other, from the bottom', `${shown('B', 18, 40)}${shown('A', 18, 72)}`, ['A', 'B']],
  ])('%s', async (_, content, expected) => {
    expect(await linesOf(drawnPdf(content))).toEqual(expected);
  });

  test('has ligatures as letters', async () => {
    const page = lyingPdf(['~t'], (code) => (code === 0x7e ? 0xfb01 : code));
    expect(await linesOf(page)).toEqual(['fit']);
  });

  test('is where it is shown on a turned page', async () => {
    const page = await pageOf(
      drawnPdf('BT /F 12 Tf 0 1 -1 0 100 30 Tm (TOTAL) Tj ET', { entries: '/Rotate 90' }),
    );
    expect([page.width, page.height]).toEqual([800, 1200]);
    expect(textOf(page)).toEqual(['TOTAL']);
    // Its first letter is 30 points from what became the left, and its baseline 100 from the top.
    const [left = 0, , , bottom = 0] = page.text?.[0]?.box ?? [];
    expect(left).toBeCloseTo(166, -1.3);
    expect(bottom).toBeGreaterThan(545);
    expect(bottom).toBeLessThan(590);
  });

  test('counts within the part that is shown', async () => {
    const content = shown('INSIDE', 60, 72) + shown('OUTSIDE', 150, 72);
    const page = await pageOf(drawnPdf(content, { entries: '/CropBox [50 50 130 100]' }));
    expect(textOf(page)).toEqual(['INSIDE']);
    const [left = 0] = page.text?.[0]?.box ?? [];
    expect(left).toBeLessThan(page.width / 4);
  });

  test('is as large as the page is drawn, in units of any size', async () => {
    const page = await pageOf(
      drawnPdf('BT /F .5 Tf 1 3 Td (TOTAL) Tj ET', { entries: '/MediaBox [0 0 9 6] /UserUnit 24' }),
    );
    const [left = 0, top = 0, right = 0, bottom = 0] = page.text?.[0]?.box ?? [];
    expect([left / page.width, right / page.width].map((x) => x.toFixed(1))).toEqual(['0.1', '0.3']);
    expect([top / page.height, bottom / page.height].every((y) => y > 0.35 && y < 0.55)).toBe(true);
  });
});

describe('text that nobody sees is none of the page:', () => {
  const seen = shown('SEEN', 18, 100);
  test.each([
    ['not drawn at all', shown('SECRET', 18, 50, '3 Tr')],
    ['white on white', `1 g ${shown('SECRET', 18, 50)} 0 g`],
    ['under an area', `${shown('SECRET', 18, 50)} 1 g 0 40 200 30 re f 0 g`],
    ['under an area with something else on it', `${shown('SECRET', 18, 50)} .9 g 0 40 200 30 re f 0 g`],
    ['cut away', `q 0 0 9 9 re W n ${shown('SECRET', 18, 50)} Q`],
    ['beside the page', shown('SECRET', 300, 50)],
    ['too small to read', 'BT /F 1 Tf 18 50 Td (SECRET) Tj ET'],
    ['of no letters', ''],
  ])('%s', async (_, content) => {
    expect(await linesOf(drawnPdf(`q ${content} Q\n${seen}`))).toEqual(['SEEN']);
  });

  test('behind a scan', async () => {
    const { image } = await generateReceipt({ seed: 3, width: 300 });
    expect((await pageOf(await scannedPdf(image, ['TOTAL 99.99']))).text).toBeUndefined();
  });
});

describe('a line is left to be read from the picture', () => {
  test('whose font says nothing of its letters', async () => {
    expect(await linesOf(lyingPdf(['TOTAL'], (code) => 0xe000 + code))).toEqual([]);
  });

  test.each([
    ['upwards', '0 1 -1 0 100 30'],
    ['upside down', '-1 0 0 -1 100 72'],
    ['mirrored', '-1 0 0 1 100 72'],
    ['askew', '.98 .17 -.17 .98 50 72'],
  ])('that runs %s', async (_, matrix) => {
    expect(await linesOf(drawnPdf(`BT /F 12 Tf ${matrix} Tm (TOTAL) Tj ET`))).toEqual([]);
  });
});

test('text whose font is neither in the file nor here is known, and said not to be in the picture', async () => {
  const page = await pageOf(eastAsianPdf('合计', 'TOTAL 12.34'));
  expect(page.text).toMatchObject([{ text: '合计', undrawn: true }, { text: 'TOTAL 12.34' }]);
  expect(page.text?.[1]?.undrawn).toBeUndefined();
});
