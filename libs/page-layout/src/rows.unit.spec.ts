import type { OcrLine } from '@inkstream/contracts';
import { describe, expect, it, test } from 'vitest';
import { rowsOf } from './rows.ts';
import { after, curl, type DrawnLine, drawnLines, perspective, tilt } from './spec-support/drawn-lines.ts';

const receipt = `      GREEN VALLEY MARKET
        12 Harbour Street
         Tel 555 0117
2026-03-14                     18:05
OATS                            4.99
BUTTER                          6.50
COFFEE BEANS, WHOLE             8.75
TEA                             2.38
2 x 6.20
OLIVE OIL                      12.40
A                               5.25
Subtotal                       40.27
Tax 5%                          2.01
TOTAL                          42.28
VISA ****1234                  42.28
       Thank you, come again`;
const level = receipt.split('\n').map((row) => row.trim().replace(/ {2,}/g, ' '));
const textsOf = (lines: readonly OcrLine[]) =>
  rowsOf(lines).map((row) => row.map(({ text }) => text).join(' '));
/** In an order that says nothing. */
const shuffled = (lines: readonly OcrLine[]) =>
  lines.map((_, at) => lines[(at * 7 + 3) % lines.length] as OcrLine);
const boxes = (lines: readonly DrawnLine[]) => lines.map(({ quad: _, ...line }) => line);

describe('rows hold together', () => {
  test.each([-45, -33, -20, -12, -6, -2, 0, 3, 8, 15, 25, 38, 45, 90, 100, 170, 180, 262])(
    'on a page that is tilted by %i°',
    (degrees) => expect(textsOf(shuffled(drawnLines(receipt, tilt(degrees))))).toEqual(level),
  );

  test.each([
    ['far away on the right', perspective(0.25, 0)],
    ['far away below', perspective(0, 0.3)],
    ['askew and tilted', after(perspective(-0.2, 0.2), tilt(-18))],
    ['curled', curl(30)],
    ['curled upwards and tilted', after(curl(-25), tilt(24))],
    ['crumpled', curl(0, 5)],
    ['curled, crumpled, tilted and askew', after(curl(20, 3), perspective(0.15, -0.1), tilt(11))],
  ])('on paper that is %s', (_, map) => expect(textsOf(shuffled(drawnLines(receipt, map)))).toEqual(level));

  test.each([-40, -30, -20, -12, -8, -4, 0, 4, 8, 12, 20, 30, 40])(
    'on a page that is tilted by %i° though only upright boxes of its lines are known',
    (degrees) => expect(textsOf(shuffled(boxes(drawnLines(receipt, tilt(degrees)))))).toEqual(level),
  );

  test.each([
    ['far away below', perspective(0, 0.15)],
    ['askew and tilted', after(perspective(0.05, 0.1), tilt(-6))],
    ['curled', curl(12)],
  ])('on paper that is %s though only boxes are known', (_, map) =>
    expect(textsOf(shuffled(boxes(drawnLines(receipt, map))))).toEqual(level),
  );
});

it('keeps lines that stand one above the other apart, however near', () => {
  const near = drawnLines('TOTAL       9.00\nCASH       10.00', (x, y) => [x, y * 0.36]);
  expect(textsOf(near)).toEqual(['TOTAL 9.00', 'CASH 10.00']);
});

it('leaves lines that are not all placed in the order given', () => {
  const [first, second, ...rest] = drawnLines(receipt);
  const bare = [second, { text: 'somewhere' }, first, ...rest].flatMap((line) => line ?? []);
  expect(textsOf(bare)).toEqual(bare.map(({ text }) => text));
});

test('a page without lines has no rows', () => expect(rowsOf([])).toEqual([]));

test('time is in proportion to the lines, however they lie', () => {
  const layouts: ((at: number) => [number, number])[] = [
    () => [10, 10],
    (at) => [at * 10, 10],
    (at) => [at, at],
    (at) => [10, at * 30],
    (at) => [(at * 137) % 900, (at * 71) % 9000],
  ];
  for (const place of layouts) {
    const lines = Array.from({ length: 10_000 }, (_, at): OcrLine => {
      const [x, y] = place(at);
      return { text: 'x', box: [x, y, x + 8, y + 20] };
    });
    const before = process.cpuUsage();
    rowsOf(lines);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(2);
  }
});
