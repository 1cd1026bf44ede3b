import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const read = (picture: string) => extractReceipt([testPage(picture)]);

test.each(['-64.79', '64.79-', '-$64.79', '(64.79)', '($64.79)', '-64,79 EUR'])('%s is a refund', (total) => {
  const item = total.replace('64', '59').replace('79', '99');
  const { kind, items, ...receipt } = read(
    `DRILL  ${item}\nTAX  ${total.replace('64', '4').replace('79', '80')}\nTOTAL  ${total}`,
  );
  expect(receipt.total?.value).toBe('-64.79');
  expect(receipt.tax?.value).toBe('-4.80');
  expect(kind?.value).toBe('refund');
  expect(items.map(({ amount }) => amount)).toEqual(['-59.99']);
});

test('an exchange is a refund if more comes back than was bought', () => {
  const { total, items } = read(
    'HAMMER  20.00\nDRILL  -59.99\nSUBTOTAL  -39.99\nTAX 8%  -3.20\nTOTAL  -43.19',
  );
  expect(total?.value).toBe('-43.19');
  expect(items.map(({ amount }) => amount)).toEqual(['20.00', '-59.99']);
});

test('a thing given back among things bought has a negative amount, and the total stays', () => {
  const { total, kind, items } = read(
    'HAMMER  20.00\nDEPOSIT RETURN  -1.25\nTOTAL  18.75\nCASH  20.00\nCHANGE  1.25',
  );
  expect(total?.value).toBe('18.75');
  expect(kind?.value).toBe('purchase');
  expect(items.map(({ amount }) => amount)).toEqual(['20.00', '-1.25']);
});

test('a total that a word for refunds names is negative though it is printed without a sign', () => {
  expect(read('DRILL  59.99\nREFUND TOTAL  59.99').total?.value).toBe('-59.99');
  expect(read('DRILL  59.99\nTOTAL  59.99\nNO REFUND WITHOUT RECEIPT').total?.value).toBe('59.99');
});
