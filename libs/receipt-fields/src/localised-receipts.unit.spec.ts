import type { ReceiptFieldName } from '@inkstream/contracts';
import { localeReceipt, locales, pageOf } from '@inkstream/testing';
import { expect, test } from 'vitest';
import { extractReceipt } from './index.ts';

const RECEIPTS = 12;
const TODAY = '2026-12-31';
const plain = (text: string | null | undefined) =>
  (text ?? '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');

const read = locales.flatMap((locale) =>
  Array.from({ length: RECEIPTS }, (_, seed) => {
    const content = localeReceipt(locale, 1000 + seed);
    return {
      tag: locale.tag,
      content,
      truth: content.fields,
      receipt: extractReceipt([pageOf(content)], { today: TODAY }),
    };
  }),
);

/** How many of a hundred receipts that have a field have it right, over all locales. */
const SHARES: Partial<Record<ReceiptFieldName, number>> = {
  merchant: 93,
  date: 98,
  time: 98,
  currency: 97,
  country: 97,
  language: 97,
  subtotal: 98,
  tax: 96,
  total: 99,
  tip: 97,
  serviceCharge: 97,
  rounding: 97,
  paid: 98,
  change: 95,
  cardLast4: 98,
  receiptNumber: 92,
  kind: 98,
};

test(`there are more than forty locales`, () => {
  expect(new Set(locales.map(({ tag }) => tag)).size).toBe(locales.length);
  expect(locales.length).toBeGreaterThan(40);
});

test.each(Object.entries(SHARES))('%s is right in %i of a hundred receipts of all locales', (name, share) => {
  const field = name as ReceiptFieldName;
  const told = read.filter(({ truth }) => truth[field]);
  // A name may have its company's form or trade behind it.
  const same = (value: string, wanted: string) =>
    value === wanted || (field === 'merchant' && value.includes(wanted));
  const wrong = told.filter(({ truth, receipt }) => !same(plain(receipt[field]?.value), plain(truth[field])));
  const examples = wrong
    .slice(0, 5)
    .map(({ tag, truth, receipt }) => `${tag}: ${receipt[field]?.value} for ${truth[field]}`);
  expect(100 * (1 - wrong.length / told.length), examples.join('; ')).toBeGreaterThanOrEqual(share);
});

test.each(locales.map(({ tag }) => tag))(
  '%s: no field of the amounts is wrong in more than a fifth',
  (tag) => {
    const mine = read.filter((one) => one.tag === tag);
    for (const field of ['total', 'currency', 'date', 'tax'] as const) {
      const told = mine.filter(({ truth }) => truth[field]);
      const right = told.filter(({ truth, receipt }) => receipt[field]?.value === truth[field]);
      expect(right.length, field).toBeGreaterThanOrEqual(0.8 * told.length);
    }
  },
);

test('of the items, 98 in a hundred are found, and 98 in a hundred of what is found are items', () => {
  let [found, wanted, both] = [0, 0, 0];
  for (const { truth, receipt } of read) {
    const left = truth.items.map(({ amount }) => amount);
    for (const { amount } of receipt.items) {
      if (Number(amount) < 0 && receipt.kind?.value !== 'refund') continue;
      found++;
      const at = left.indexOf(amount);
      if (at >= 0) both += left.splice(at, 1).length;
    }
    wanted += truth.items.length;
  }
  expect(both / wanted).toBeGreaterThanOrEqual(0.98);
  expect(both / found).toBeGreaterThanOrEqual(0.98);
});

test('of the totals that are given with 0.8 or more, 98 in a hundred are right, and most right ones are given so', () => {
  const told = read.map(({ truth, receipt }) => ({
    right: receipt.total?.value === truth.total,
    sure: (receipt.total?.confidence ?? 0) >= 0.8,
  }));
  const sure = told.filter((one) => one.sure);
  expect(sure.filter(({ right }) => right).length / sure.length).toBeGreaterThanOrEqual(0.98);
  expect(
    sure.filter(({ right }) => right).length / told.filter(({ right }) => right).length,
  ).toBeGreaterThanOrEqual(0.85);
});

test('each tax is found with its rate or its amount, in 96 of a hundred receipts', () => {
  const amounts = (list: readonly { amount?: string }[] | undefined) =>
    (list ?? [])
      .map(({ amount }) => amount)
      .sort()
      .join();
  const told = read.filter(({ content }) => content.taxes.length > 0);
  const right = told.filter(({ content, receipt }) => amounts(receipt.taxes) === amounts(content.taxes));
  expect(right.length / told.length).toBeGreaterThanOrEqual(0.96);
});
