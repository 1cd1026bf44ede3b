import type { Box, RecognisedPage } from '@inkstream/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extractReceipt, toMarkdown, toText } from './index.ts';

const column = (at: number): Box => [10, at * 30, 700, at * 30 + 24];
/** How lines may lie on a page. */
const LAYOUTS: Readonly<Record<string, (at: number) => Box>> = {
  column,
  'one place': () => [10, 10, 700, 34],
  'no extent': () => [0, 0, 0, 0],
  'one row': (at) => [at * 10, 10, at * 10 + 8, 34],
  'as tall as the page': (at) => [at, 0, at + 8, 30_000],
  staircase: (at) => [at, at, at + 80, at + 24],
  scattered: (at) => [(at * 137) % 900, (at * 71) % 9000, ((at * 137) % 900) + 60, ((at * 71) % 9000) + 20],
};
/** Pieces of text that the rules look for, and what lies between them. */
const PIECES =
  'TOTAL|SUBTOTAL|TAX 6%|CASH|CHANGE|ROUNDING|SERVICE CHARGE|DISCOUNT|VISA|SDN BHD|JALAN|12345|TEL|GST|WIDGET|2 x|@|3 PCS|RM|$|%|(|*|-|.|,|;|1|12:34|12:34 a.m.|12/11/2023|JAN|2018|1.00|1,234.50|0.05|1.234,50|l1O0|T0TAI|合計|e\u0301|\ufdfa|`| |\t'.split(
    '|',
  );

const pageOf = (texts: readonly string[], layout = column): RecognisedPage => ({
  width: 1000,
  height: 30 * texts.length,
  rotation: 0,
  lines: texts.map((text, at) => ({ text, confidence: 0.9, box: layout(at) })),
});
const linesOf = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at));
const fill = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length));

/** Milliseconds of CPU time that a page costs. */
function cost(page: RecognisedPage): number {
  const start = process.cpuUsage();
  toMarkdown([page], [extractReceipt([page])]);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const REPEATS = 5;
/** What of four times the input may cost, of what one costs: linear time is 4, quadratic 16; and what noise may add. */
const MOST_GROWTH = 8;
const NOISE_MS = 40;

/** Whether four times the input costs no more than linear time allows: the least of several tries, until it does. */
function isLinear(grown: (times: number) => RecognisedPage): boolean {
  const [small, large] = [grown(1), grown(4)];
  const least = { small: Number.POSITIVE_INFINITY, large: Number.POSITIVE_INFINITY };
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    least.small = Math.min(least.small, cost(small));
    least.large = Math.min(least.large, cost(large));
    if (least.large <= MOST_GROWTH * least.small + NOISE_MS) return true;
  }
  return false;
}

const piece = fc.constantFrom(...PIECES);

test('four times as many lines cost at most in proportion, whatever they say and however they lie', () => {
  const kind = fc.array(fc.oneof(piece, fc.constant('#')), { minLength: 1, maxLength: 4 });
  const kinds = fc.array(kind, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(kinds, fc.constantFrom(...Object.keys(LAYOUTS)), (templates, layout) =>
      isLinear((times) =>
        pageOf(
          linesOf(500 * times, (at) =>
            (templates[at % templates.length] ?? [])
              .map((part) => (part === '#' ? `${at}.00` : part))
              .join(' '),
          ),
          LAYOUTS[layout],
        ),
      ),
    ),
    { numRuns: 25 },
  );
}, 120_000);

test('a line four times as long costs at most in proportion, whatever it repeats', () => {
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.constantFrom('', ' '), (parts, gap) =>
      isLinear((times) =>
        pageOf([`TOTAL ${fill(`${parts.join(gap)}${gap}`, 25_000 * times)}x`, 'TOTAL 1.00']),
      ),
    ),
    { numRuns: 25 },
  );
}, 120_000);

test.each([
  ['2,000 spaces after TOTAL', [`TOTAL${' '.repeat(2000)}x`]],
  ['100,000 spaces after TOTAL', [`TOTAL${' '.repeat(100_000)}x`]],
  ['2,000 total lines', linesOf(2000, (at) => `TOTAL ${at}.00`)],
  ['10,000 total lines', linesOf(10_000, (at) => `TOTAL ${at}.00`)],
  [
    '10,000 lines of sums of all kinds',
    linesOf(
      10_000,
      (at) => `${['SUBTOTAL', 'TAX 6%', 'TOTAL', 'CASH', 'CHANGE', 'ROUNDING'][at % 6]} ${at}.0${at % 10}`,
    ),
  ],
  [
    '10,000 lines of dates',
    linesOf(10_000, (at) => `${(at % 28) + 1}/${(at % 12) + 1}/20${10 + (at % 15)} 12:34`),
  ],
  ['100,000 characters of times', [fill('12:34 a.m. ', 100_000)]],
  ['100,000 characters of dates', [fill('12/11/2023 ', 100_000)]],
  ['commas where an address may begin', [`1${', '.repeat(40)}1`, 'JALAN']],
  ['marks after an item', linesOf(2000, (at) => `WIDGET${' *'.repeat(200)} ${at}.00`)],
  ['groups of digits', linesOf(500, () => `1,00 2,00 ${'123 '.repeat(120)}`)],
])(
  '%s cost less than 3 s of CPU',
  (_, texts) => {
    expect(cost(pageOf(texts))).toBeLessThan(3000);
  },
  60_000,
);

test('what is too long for the rules is whole in text and Markdown, and hides no field below it', () => {
  const long = fill('WIDGET 12:34 ', 20_000).trimEnd();
  const pages = [pageOf([long, 'TOTAL 12.50', '03/11/2026 10:30'])];
  const receipt = extractReceipt(pages);
  expect(receipt.total?.value).toBe('12.50');
  expect(receipt.date?.value).toBe('2026-11-03');
  expect(toText(pages)).toBe(`${long}\nTOTAL 12.50\n03/11/2026 10:30`);
  expect(toMarkdown(pages, [receipt])).toContain(long);
});

test('the sums at the end of a receipt of thousands of lines are found', () => {
  const items = linesOf(5000, (at) => `WIDGET ${at} ${(at % 90) + 1}.00`);
  const { total, subtotal, tax } = extractReceipt([
    pageOf([...items, 'SUBTOTAL 200.00', 'TAX 6% 12.00', 'TOTAL 212.00', 'CASH 220.00', 'CHANGE 8.00']),
  ]);
  expect([subtotal, tax, total].map((field) => field?.value)).toEqual(['200.00', '12.00', '212.00']);
});
