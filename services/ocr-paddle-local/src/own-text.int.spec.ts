import { type Engine, readDocument } from '@inkstream/provider-kit';
import {
  drawnPdf,
  eastAsianPdf,
  generateReceipt,
  lyingPdf,
  mixedPdf,
  scannedPdf,
  shown,
  textPdf,
} from '@inkstream/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine } from './engine.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine(
    { model: 'default', maxPages: 50 },
    { log: () => {}, native: (call) => call() },
  );
});
afterAll(() => engine.close?.());

async function read(bytes: Uint8Array) {
  const { pages, warnings } = await readDocument(engine, { bytes, mimeType: 'application/pdf' });
  const lines = pages.flatMap((page) => page.lines);
  return { lines: lines.map(({ text }) => text), sure: lines.map(({ confidence }) => confidence), warnings };
}
const till = ['CORNER HYPERMARKET', 'Milk 1.50', 'Bread 2.75', 'TOTAL 4.25'];
/** Each letter is said to be the one after it; digits stay. */
const nextLetter = (code: number) => (code >= 0x41 ? code + 1 : code);
const sixAsEight = (code: number) => (code === 0x36 ? 0x38 : code);
const otherDigit = (code: number) => (code >= 0x30 && code < 0x39 ? code + 1 : code);

describe("the text that a PDF's page has itself", () => {
  test('is what is read, each letter of it', async () => {
    // Small, and of letters that engines take for others.
    const odd = ['O0o Il1| B8 5S Z2', 'rn m cl d vv w'];
    const { lines, sure } = await read(await textPdf([...till, ...odd]));
    expect(lines).toEqual([...till, ...odd]);
    expect(new Set(sure)).toEqual(new Set([1]));
  });

  test.each([
    ['is not believed if other letters are shown', nextLetter],
    ['is not believed if other digits are shown', otherDigit],
    ['is not believed if one other digit is shown', sixAsEight],
    ['is not asked for if it is of no letters', (code: number) => 0xe000 + code],
  ])('%s', async (_, unicodeOf) => {
    const { lines, warnings } = await read(lyingPdf(['TOTAL 1234.50', 'CASH 5678.00'], unicodeOf));
    expect(lines.join('\n')).toBe('TOTAL 1234.50\nCASH 5678.00');
    expect(warnings).toEqual([]);
  });

  test('is not believed if it is hidden over a scan', async () => {
    const { image } = await generateReceipt({ seed: 11, layout: 'supermarket-my' });
    const { lines } = await read(await scannedPdf(image, ['TOTAL 99999.99', 'INVENTED GOODS']));
    expect(lines.join('\n')).toMatch(/TOTAL/i);
    expect(lines.join('\n')).not.toMatch(/99999|INVENTED/);
  });
});

describe('what is on a page besides its text is read, too:', () => {
  test('a picture with text on it', async () => {
    const { image, truth } = await generateReceipt({ seed: 11, layout: 'supermarket-my', width: 500 });
    const { lines, sure } = await read(await mixedPdf(['Expenses of November'], { jpeg: image }));
    expect(lines[0]).toBe('Expenses of November');
    expect(sure[0]).toBe(1);
    expect(lines.join(' ')).toContain(truth.fields.total);
    expect(lines.length).toBeGreaterThan(8);
  });

  test('the fields of a form, once each', async () => {
    const { lines } = await read(await mixedPdf(till, { field: 'PAID 12.34' }));
    expect(lines).toEqual([...till, 'PAID 12.34']);
  });

  test('but rules, frames and areas are no text', async () => {
    const frame = '.9 g 10 60 190 30 re f 0 g 10 10 190 120 re S 10 55 m 200 55 l S\n';
    const { lines } = await read(
      drawnPdf(`${frame}${shown('CORNER SHOP', 18, 100)}${shown('TOTAL 4.25', 18, 70)}`),
    );
    expect(lines).toEqual(['CORNER SHOP', 'TOTAL 4.25']);
  });
});

test('text whose font is neither in the file nor here is read all the same', async () => {
  expect(await read(eastAsianPdf('合计', 'TOTAL 12.34'))).toMatchObject({
    lines: ['合计', 'TOTAL 12.34'],
    warnings: [],
  });
  expect(await read(eastAsianPdf('合计 收据'))).toMatchObject({ lines: ['合计 收据'], warnings: [] });
});
