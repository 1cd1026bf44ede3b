import { knownFields, type OcrLine, type RecognisedPage, receiptSchema } from '@inkstream/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extractReceipt, toMarkdown, toText } from './index.ts';
import { testPage } from './spec-support/test-page.ts';

/** Words that rules look for, and pieces of dates and amounts, so that arbitrary receipts reach into the rules. */
const telling = fc.constantFrom(
  ...'TOTAL,SUBTOTAL,CASH,CHANGE,GST 6%,ROUNDING,SDN BHD,GmbH,Jalan,12345,01/02/2018,2018,Mar,10:30 PM,12.50,-0.02'.split(
    ',',
  ),
  ...'1.234,50|RM|$|€|2 x|@|%|()|.,|12-34-56|99999999999999999999|0.00|合計|¥1,200|\u0000|\ud800|‮'.split('|'),
);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(telling).map((words) => words.join(' ')),
);
const coordinate = fc.double({ noNaN: true, noDefaultInfinity: true });
const line: fc.Arbitrary<OcrLine> = fc.record(
  {
    text,
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    box: fc.tuple(coordinate, coordinate, coordinate, coordinate),
  },
  { requiredKeys: ['text'] },
);
const nearLine: fc.Arbitrary<OcrLine> = fc
  .tuple(text, fc.nat(800), fc.nat(40), fc.integer({ min: 1, max: 400 }))
  .map(([words, left, row, width]) => ({
    text: words,
    confidence: 0.9,
    box: [left, row * 30, left + width, row * 30 + 25],
  }));
const page: fc.Arbitrary<RecognisedPage> = fc.record({
  width: fc.nat(),
  height: fc.nat(),
  rotation: fc.constantFrom(0, 90, 180, 270),
  lines: fc.oneof(fc.array(line), fc.array(nearLine, { maxLength: 60 })),
});

test('whatever the lines, the receipt is valid and names lines that exist', () => {
  fc.assert(
    fc.property(fc.array(page, { maxLength: 3 }), (pages) => {
      const receipt = receiptSchema.parse(extractReceipt(pages, { today: '2026-11-24' }));
      const count = pages.reduce((sum, { lines }) => sum + lines.length, 0);
      const fields = knownFields(receipt).map(({ field }) => field);
      const named = [...fields, ...receipt.items].flatMap(({ lines }) => lines ?? []);
      for (const index of named) expect(index).toBeLessThan(count);
      expect(toMarkdown(pages, [receipt])).toContain(toText(pages).split('\n')[0]);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('reading takes time in proportion to the lines: a thousand crowded ones cost under three CPU seconds', () => {
  const lines = Array.from({ length: 1000 }, (_, at) => ({
    text: `${at} WIDGET 12.50 2 x 6.25 01/02/2018 ${'1'.repeat(40)} ${'a,'.repeat(40)}`,
    confidence: 0.9,
    box: [0, at * 30, 700, at * 30 + 25] as [number, number, number, number],
  }));
  const start = process.cpuUsage();
  extractReceipt([{ width: 800, height: 30_000, rotation: 0, lines }]);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(3);
});

test('one endless line is no trap for a pattern', () => {
  const pieces = ['1', '1 ', '1.', '1-', 'a,', 'a@', '(', ' ', 'tel 1 ', 'sdn ', '12.50 x 2 '];
  const start = process.cpuUsage();
  for (const piece of pieces) extractReceipt([testPage(piece.repeat(10_000 / piece.length))]);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(3);
});
