import { expect, test } from 'vitest';
import { toText } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';
import { boundedRows } from './bounded-rows.ts';

const receipt = `ACME RETAIL SDN BHD, THE SHOP FOR EVERYTHING
12, JALAN CONTOH, 12345 REKAAN
WIDGET LARGE                       12.50
WIDGET SMALL                        2.50
GADGET WITH A LONG NAME            15.00
TOTAL                              30.00
CASH                               50.00
CHANGE                             20.00`;
const texts = (slope: number) => boundedRows([testPage(receipt, { slope })]).map(({ text }) => text);

test.each([-0.07, -0.05, -0.02, 0, 0.02, 0.05, 0.07])(
  'a page that falls %d pixels a pixel has the rows of a straight one',
  (slope) => {
    expect(texts(slope)).toEqual(texts(0));
  },
);

test('lines come out top to bottom and left to right, whatever order they come in', () => {
  const page = testPage(receipt);
  const { lines } = page;
  const rows = boundedRows([{ ...page, lines: lines.toReversed() }]);
  expect(rows.map(({ text }) => text)).toEqual(texts(0));
  expect(rows[2]?.lines.map(({ index }) => index)).toEqual([lines.length - 3, lines.length - 4]);
});

test('lines without a box are rows in the order given, though others of the page have one', () => {
  const { lines, ...page } = testPage('A   B\nC   D');
  const bare = lines.map(({ box, ...line }, at) => (at === 3 ? { ...line, box } : line));
  expect(boundedRows([{ ...page, lines: bare }]).map(({ text }) => text)).toEqual(['A', 'B', 'C', 'D']);
  expect(toText([{ ...page, lines: bare }])).toBe('A\nB\nC\nD');
});

test('indices go on from page to page', () => {
  const rows = boundedRows([testPage('A\nB'), testPage('C')]);
  expect(rows.map(({ lines }) => lines[0]?.index)).toEqual([0, 1, 2]);
});

test('a page without lines has no rows', () => {
  expect(boundedRows([testPage('')])).toEqual([]);
});

test('text has a line for each row and an empty one between pages', () => {
  const other = testPage('TOTAL     1.00');
  expect(toText([other, other])).toBe('TOTAL 1.00\n\nTOTAL 1.00');
});
