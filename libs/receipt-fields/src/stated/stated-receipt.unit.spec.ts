import { receiptSchema } from '@inkstream/contracts';
import { expect, test } from 'vitest';
import { statedReceipt } from './stated-receipt.ts';

test('values get the form of a result, and what is not known is left out', () => {
  const { receipt, warnings } = statedReceipt({
    merchant: ' ACME\nRetail ',
    address: 'N/A',
    date: '24 Nov 2026',
    time: null,
    currency: 'myr',
    total: { value: 'RM 1,009.5', confidence: 0.7, box: [0, 0, 9, 9] },
    items: [
      {
        description: 'Tea',
        quantity: '2 x',
        unitPrice: '4.5',
        amount: '9',
        taxRate: '6%',
        discount: null,
        confidence: 0.5,
      },
      { description: 'Voucher', quantity: '', unitPrice: null, amount: 'free' },
      { description: '', amount: null },
    ],
    discounts: [{ description: 'Member', amount: '-1' }, { amount: 'some' }],
    taxes: [{ rate: '6 %', net: '9.00', amount: '.54' }, { rate: null }],
  });
  expect(warnings).toEqual([]);
  expect(receipt).toEqual({
    merchant: { value: 'ACME Retail' },
    date: { value: '2026-11-24' },
    currency: { value: 'MYR' },
    total: { value: '1009.50', confidence: 0.7, box: [0, 0, 9, 9] },
    items: [
      {
        description: 'Tea',
        quantity: '2',
        unitPrice: '4.50',
        amount: '9.00',
        taxRate: '6',
        confidence: 0.5,
      },
      { description: 'Voucher', quantity: null, unitPrice: null, amount: null },
    ],
    discounts: [{ description: 'Member', amount: '-1.00' }],
    taxes: [{ rate: '6', net: '9.00', amount: '0.54' }],
  });
  expect(receiptSchema.safeParse({ pages: [1], ...receipt }).success).toBe(true);
});

test('what could mean two things is left out and said', () => {
  const { receipt, warnings } = statedReceipt({ date: '03/04/2026', total: '9.54 or 9.45' });
  expect(receipt).toEqual({});
  expect(warnings).toEqual([
    {
      code: 'field_not_read',
      field: 'date',
      message: 'Date was answered as "03/04/2026", which is no value of it',
    },
    {
      code: 'field_not_read',
      field: 'total',
      message: 'Total was answered as "9.54 or 9.45", which is no value of it',
    },
  ]);
});
