import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const MAIL = 'From: Café Sol <billing@example.com>\nDate: 2026-11-30 12:00\nSubject: Your receipt of 9,50 €';
const read = (picture: string) => extractReceipt([testPage(picture)], { today: '2026-11-30' });

test('the head of a mail is not the receipt below it', () => {
  const receipt = read(`${MAIL}\nTASCA DO PORTO LDA\n28/11/2026 20:15\n2 Tortilla  9,00 €\nTOTAL  9,00 €`);
  expect(receipt.merchant?.value).toBe('TASCA DO PORTO LDA');
  expect(receipt.date?.value).toBe('2026-11-28');
  expect(receipt.items.map(({ amount }) => amount)).toEqual(['9.00']);
});

test('a receipt with neither date nor name is of the day and the sender of the mail', () => {
  const receipt = read(`${MAIL}\n2 Tortilla  9,00 €\n1 Agua  2,00 €\nTOTAL  11,00 €`);
  expect(receipt.merchant?.value).toBe('Café Sol');
  expect(receipt.date?.value).toBe('2026-11-30');
  expect(receipt.total?.value).toBe('11.00');
});

test('a sender without a name names no merchant', () => {
  const receipt = read(
    'From: <billing@example.com>\nDate: 2026-11-30 12:00\n2 Tea  9.00\n1 Agua  2.00\nTOTAL  11.00',
  );
  expect(receipt.merchant).toBeNull();
});

test('rows below count from the top of the page', () => {
  const { total } = read(`${MAIL}\nCAFE SOL\n2 Tortilla  9,00 €\nTOTAL  9,00 €`);
  expect(total?.lines).toEqual([6, 7]);
});

test('a receipt that begins with its date has no such head', () => {
  expect(read('Date: 2026-11-28\nFrom: CAFE SOL\nTOTAL  9.00').date?.value).toBe('2026-11-28');
});
