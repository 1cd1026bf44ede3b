import type { RecognisedReceipt } from '@inkstream/contracts';
import { describe, expect, it } from 'vitest';
import { mergeReceipts } from './merge-receipts.ts';

const field = (value: string, ...lines: number[]) => ({ value, ...(lines.length > 0 && { lines }) });
const page = (number: number, lines: number, ...receipts: RecognisedReceipt[]) => ({
  number,
  lines,
  receipts,
});
const item = (description: string, ...lines: number[]) => ({ description, amount: '1.00', lines });
const merchant = field('Maple Deli');

describe('a receipt over several pages', () => {
  const pages = [
    page(1, 10, {
      merchant: field('Maple Deli', 0),
      date: field('2026-11-24', 1),
      subtotal: field('5.00', 9),
      items: [item('soup', 4), item('bread', 5)],
      discounts: [{ amount: '0.50' }],
    }),
    page(2, 4),
    page(3, 6, {
      merchant: field('MAPLE DELI LTD', 0),
      time: field('18:05'),
      subtotal: field('9.00', 3),
      total: field('9.90', 4),
      taxes: [{ rate: '10', amount: '0.90' }],
      items: [item('tea', 1)],
      discounts: [{ amount: '0.10' }],
    }),
  ];
  const merged = mergeReceipts(pages);

  it('is one, with the pages that it is on', () => {
    expect(merged).toHaveLength(1);
    expect(merged[0]?.pages).toEqual([1, 3]);
  });

  it('has its head from the first page that has it, its sums from the last, and its items in order', () =>
    expect(merged[0]).toMatchObject({
      merchant: { value: 'Maple Deli' },
      date: { value: '2026-11-24' },
      time: { value: '18:05' },
      subtotal: { value: '9.00' },
      total: { value: '9.90' },
      taxes: [{ rate: '10' }],
      items: [{ description: 'soup' }, { description: 'bread' }, { description: 'tea' }],
      discounts: [{ amount: '0.50' }, { amount: '0.10' }],
    }));

  it('counts lines through all pages, those between without a receipt too', () =>
    expect(merged[0]).toMatchObject({
      merchant: { lines: [0] },
      subtotal: { lines: [17] },
      items: [{ lines: [4] }, { lines: [5] }, { lines: [15] }],
    }));

  it('goes on with a page that only says what was paid', () =>
    expect(
      mergeReceipts([
        page(1, 1, { merchant, total: field('9.90') }),
        page(2, 1, { paid: field('20.00'), change: field('10.10') }),
      ]),
    ).toMatchObject([{ pages: [1, 2], total: { value: '9.90' }, paid: { value: '20.00' } }]));

  it('goes on under the same number, though each page has a total', () =>
    expect(
      mergeReceipts([
        page(1, 1, { merchant, receiptNumber: field('A-17'), total: field('5.00') }),
        page(2, 1, { merchant, receiptNumber: field('a 17'), total: field('9.90') }),
      ]),
    ).toMatchObject([{ pages: [1, 2], total: { value: '9.90' } }]));
});

describe('receipts that are several', () => {
  const whole = { merchant, total: field('9.90') };
  it.each<[string, RecognisedReceipt, RecognisedReceipt]>([
    ['both whole, of the same shop', whole, { merchant, total: field('3.00') }],
    ['of two shops', { merchant }, { merchant: field('Paper Crane') }],
    [
      'of two days',
      { merchant, date: field('2026-11-24') },
      { date: field('2026-11-25'), total: field('1.00') },
    ],
    ['of two numbers', { receiptNumber: field('17') }, { receiptNumber: field('18') }],
    ['in two currencies', { currency: field('EUR') }, { currency: field('USD') }],
  ])('stay apart: %s', (_, first, second) =>
    expect(mergeReceipts([page(1, 1, first), page(2, 1, second)]).map(({ pages }) => pages)).toEqual([
      [1],
      [2],
    ]),
  );

  it('are told apart on one page by whoever read it, and only the last goes on', () =>
    expect(
      mergeReceipts([
        page(1, 2, { total: field('1.00') }, { merchant }),
        page(2, 1, { total: field('2.00') }),
      ]),
    ).toMatchObject([
      { pages: [1], total: { value: '1.00' } },
      { pages: [1, 2], total: { value: '2.00' } },
    ]));

  it('are none if nothing is known of them', () =>
    expect(mergeReceipts([page(1, 3, {}), page(2, 0)])).toEqual([]));
});
