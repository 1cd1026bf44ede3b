import type { Receipt, RecognisedPage } from '@inkstream/contracts';
import { describe, expect, it } from 'vitest';
import { toText } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';
import { extractReceipts } from './extract-receipts.ts';

const market = `GREEN VALLEY MARKET
12 Harbour Street
Portland OR 97201
Date: 03/14/2026   18:05
OATS                      4.99
BUTTER                    6.50
COFFEE                    8.75
SUBTOTAL                 20.24
TAX                       2.01
TOTAL                    22.25
CASH                     30.00
CHANGE                    7.75`;
const cafe = `BLUE LAGOON CAFE
7 High Street
London SW1A 1AA
21/02/2026         09:40
FLAT WHITE                3.90
TOASTED SANDWICH          9.80
SUBTOTAL                 13.70
SERVICE                   1.37
TOTAL                    15.07
CARD                     15.07`;
const again = market.replace('03/14/2026   18:05', '03/15/2026   12:11').replace('22.25', '23.45');

/** The same shop's with another total. */
const of = (picture: string, total: string) => picture.replaceAll(/22\.25|15\.07/g, total);

/** Pictures side by side, so many letters apart. */
function beside(left: string, right: string, gap = 8): string {
  const [a, b] = [left.split('\n'), right.split('\n')];
  const width = Math.max(...a.map(({ length }) => length)) + gap;
  return Array.from(
    { length: Math.max(a.length, b.length) },
    (_, at) => (a[at] ?? '').padEnd(width) + (b[at] ?? ''),
  ).join('\n');
}

const read = (...pages: RecognisedPage[]) => extractReceipts(pages).receipts;
const summary = ({ merchant, total, items, pages }: Receipt) =>
  [merchant?.value, total?.value, items.length, pages.join()].join(' ');
const MARKET = 'GREEN VALLEY MARKET 22.25 3 1';
const CAFE = 'BLUE LAGOON CAFE 15.07 2 1';

describe('several receipts', () => {
  it.each<[string, string, string[]]>([
    ['side by side', beside(market, cafe), [MARKET, CAFE]],
    ['side by side, the longer one on the right', beside(cafe, market), [CAFE, MARKET]],
    ['one above the other', `${market}\n\n\n\n${cafe}`, [MARKET, CAFE]],
    ['one after another on a roll', `${market}\nTHANK YOU\n\n${cafe}\nGOODBYE`, [MARKET, CAFE]],
    ['of one shop, without a gap', `${market}\n${again}`, [MARKET, of(MARKET, '23.45')]],
    [
      'six on a table',
      `${beside(beside(market, cafe), again)}\n\n\n\n\n\n\n${beside(beside(of(cafe, '16.00'), of(market, '24.00')), of(cafe, '17.00'))}`,
      [MARKET, CAFE, of(MARKET, '23.45'), of(CAFE, '16.00'), of(MARKET, '24.00'), of(CAFE, '17.00')],
    ],
  ])('are read one by one: %s', (_, picture, wanted) => {
    for (const slope of [0, 0.05]) expect(read(testPage(picture, { slope })).map(summary)).toEqual(wanted);
  });

  it('have their regions, and name the lines that they were read from', () => {
    const page = testPage(beside(market, cafe));
    const { receipts, parts } = extractReceipts([page]);
    for (const { region, total, merchant, items } of receipts)
      for (const field of [total, merchant, ...items])
        for (const at of field?.lines ?? []) {
          const [left, top, right, bottom] = page.lines[at]?.box ?? [0, 0, 0, 0];
          const [from, above, to, below] = region ?? [0, 0, 0, 0];
          expect(left >= from && top >= above && right <= to && bottom <= below).toBe(true);
        }
    expect(page.lines[receipts[1]?.total?.lines?.at(-1) ?? 0]?.text).toBe('15.07');
    expect(toText([page], parts)).toContain('TOTAL 22.25\nCASH 30.00\nCHANGE 7.75\nBLUE LAGOON CAFE');
  });

  it('in a PDF are one for each page, which has no region', () => {
    const receipts = read(testPage(market), testPage(cafe), testPage(again));
    expect(receipts.map(({ pages, total }) => [pages, total?.value])).toEqual([
      [[1], '22.25'],
      [[2], '15.07'],
      [[3], '23.45'],
    ]);
    expect(receipts.some(({ region }) => region)).toBe(false);
  });

  it('are in reading order, each on its own numbers of pages', () => {
    const numbered = (number: number, picture: string) => ({ ...testPage(picture), number });
    expect(read(numbered(4, beside(cafe, market)), numbered(7, cafe)).map(({ pages }) => pages)).toEqual([
      [4],
      [4],
      [7],
    ]);
  });
});

describe('one receipt', () => {
  const rows = market.split('\n');
  const one = (...pictures: string[]) => read(...pictures.map((picture) => testPage(picture)));

  it('may run over two pages', () => {
    const receipts = one(rows.slice(0, 6).join('\n'), rows.slice(6).join('\n'));
    expect(receipts.map(summary)).toEqual([MARKET.replace(/1$/, '1,2')]);
  });

  it('may have its head on both', () => {
    const receipts = one(rows.slice(0, 6).join('\n'), [...rows.slice(0, 4), ...rows.slice(6)].join('\n'));
    expect(receipts.map(summary)).toEqual([MARKET.replace(/1$/, '1,2')]);
  });

  it.each([
    [
      'a slip of the card that paid it',
      'GREEN VALLEY MARKET\n12 Harbour Street\n03/14/2026 18:06\nVISA ****1234\nTOTAL                    22.25\nAPPROVED',
    ],
    [
      'a summary of taxes',
      'Tax summary 03/14/2026\n5%           20.24        2.01\nTotal                    22.25',
    ],
    ['words on the back', 'Returns within 30 days\n12 Harbour Street\nPortland OR 97201'],
  ])('is with %s', (_, picture) => {
    expect(one(`${market}\n\n\n\n${picture}`).map((receipt) => receipt.total?.value)).toEqual(['22.25']);
    expect(one(market, picture).map((receipt) => receipt.total?.value)).toEqual(['22.25']);
  });

  it('is with the copy of the shop, and lists nothing twice', () => {
    expect(one(`${market}\n\n\n\n${market}`).map(summary)).toEqual([MARKET]);
    expect(one(market, market).map((receipt) => receipt.items.length)).toEqual([3]);
  });

  it('has no region, and is read as its lines say though it has none', () => {
    expect(one(market)[0]).not.toHaveProperty('region');
    const { lines, ...page } = testPage(market);
    expect(read({ ...page, lines: lines.map(({ box: _, ...line }) => line) })).toHaveLength(1);
  });
});

it('time is in proportion to the lines, however many receipts they make', () => {
  const roll = (count: number) => testPage(Array<string>(count).fill(beside(market, cafe)).join('\n\n\n'));
  const cost = (page: RecognisedPage) => {
    const before = process.cpuUsage();
    extractReceipts([page]);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const [small, large] = [roll(25), roll(100)];
  cost(small);
  expect(cost(large)).toBeLessThan(8 * cost(small) + 200);
});
