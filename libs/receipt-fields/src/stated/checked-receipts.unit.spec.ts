import { type Receipt, receiptSchema } from '@inkstream/contracts';
import { expect, test } from 'vitest';
import { extractReceipt } from '../extract-receipt.ts';
import { testPage } from '../spec-support/test-page.ts';
import { checkedReceipts } from './checked-receipts.ts';

const bare = (text: string) => ({
  ...testPage(''),
  lines: text.split('\n').map((line) => ({ text: line })),
});
const page = bare(`ACME RETAIL SDN BHD
12, JALAN CONTOH, 12345 REKAAN
DATE 24/11/2026 18:05
WIDGET 2 x 4.50 9.00
SUBTOTAL 9.00
GST 6% 0.54
TOTAL RM 9.54
CASH 10.00
CHANGE 0.46`);
const receipt = (fields: object): Receipt => receiptSchema.parse({ pages: [1], ...fields });
const check = (fields: object, pages = [page]) => {
  const [checked] = checkedReceipts([receipt(fields)], pages);
  if (!checked) throw new Error('no receipt');
  return checked;
};
const passed = (field: { checks?: readonly { code: string; passed: boolean }[] } | null | undefined) =>
  Object.fromEntries((field?.checks ?? []).map((one) => [one.code, one.passed]));

test('what is stated, printed and found alike passes, and gets the lines that it is from', () => {
  const { total, date, merchant } = check({
    merchant: { value: 'Acme Retail' },
    date: { value: '2026-11-24' },
    total: { value: '9.54', confidence: 0.9 },
  });
  expect(total).toEqual({
    value: '9.54',
    confidence: 0.9,
    lines: [6],
    checks: [
      { code: 'in_text', passed: true },
      { code: 'rules', passed: true },
      { code: 'sums', passed: true },
    ],
  });
  expect(passed(date)).toEqual({ in_text: true, rules: true });
  expect(passed(merchant)).toEqual({ in_text: true, rules: true });
});

test('a total that is not printed, not found and does not add up is named, and its confidence falls', () => {
  const { total } = check({ total: { value: '95.40', confidence: 0.8 } });
  expect(total).toMatchObject({ value: '95.40', confidence: 0.1 });
  expect(passed(total)).toEqual({ in_text: false, rules: false, sums: false });
});

test('without a confidence none is made', () => {
  expect(check({ total: { value: '95.40' } }).total).not.toHaveProperty('confidence');
});

test('a value that is printed for something else is told from the right one', () => {
  expect(passed(check({ total: { value: '10.00' } }).total)).toEqual({
    in_text: true,
    rules: false,
    sums: false,
  });
  expect(passed(check({ date: { value: '2026-11-25' } }).date)).toEqual({ in_text: false, rules: false });
  expect(passed(check({ tax: { value: '54.00' } }).tax)).toEqual({
    in_text: false,
    rules: false,
    sums: false,
  });
});

test('what is not stated is what the rules find in the text', () => {
  const found = extractReceipt([page]);
  const checked = check({ phone: { value: '03-1234 5678' } });
  expect(checked.total?.value).toBe(found.total?.value);
  expect(checked.items).toEqual(found.items);
  expect(checked.merchant).toEqual(found.merchant);
  expect(passed(checked.phone)).toEqual({ in_text: false });
});

test('lines are counted through all pages', () => {
  const [, second] = checkedReceipts(
    [receipt({ total: { value: '7.00' } }), receipt({ pages: [2], total: { value: '9.54' } })],
    [bare('TOTAL 7.00'), page],
  );
  expect(second?.total).toMatchObject({ value: '9.54', lines: [7] });
});

test('pages are known by their numbers, if some of a document were read', () => {
  const [checked] = checkedReceipts(
    [receipt({ pages: [7], total: { value: '9.54' } })],
    [
      { ...bare('TOTAL 7.00'), number: 3 },
      { ...page, number: 7 },
    ],
  );
  expect(checked?.total).toMatchObject({ value: '9.54', lines: [7], checks: [{ passed: true }, {}, {}] });
});

test('of two receipts on one page neither gets what the other says', () => {
  const both = [receipt({ total: { value: '9.54' } }), receipt({ total: { value: '7.00' } })];
  const checked = checkedReceipts(both, [
    bare(`${page.lines.map(({ text }) => text).join('\n')}\nTOTAL 7.00`),
  ]);
  for (const one of checked) {
    expect(one.merchant).toBeNull();
    expect(passed(one.total)).toEqual({ in_text: true });
  }
});

test('a provider that gives no text has its sums checked, and nothing else', () => {
  const fields = { subtotal: { value: '9.00' }, tax: { value: '0.54' }, merchant: { value: 'ACME' } };
  const good = check({ ...fields, total: { value: '9.54' } }, [{ ...page, lines: [] }]);
  expect([passed(good.total), passed(good.tax), passed(good.merchant)]).toEqual([
    { sums: true },
    { sums: true },
    {},
  ]);
  expect(passed(check({ ...fields, total: { value: '9.99' } }, [{ ...page, lines: [] }]).total)).toEqual({
    sums: false,
  });
});
