import { expect, it } from 'vitest';
import { result } from './answers.ts';
import { linesOf, receiptOf } from './receipt.ts';

const answered = result.parse({
  establishment: 'WARUNG PAK MAN',
  validatedEstablishment: false,
  date: '2020-07-05 09:45:00',
  total: 29.2,
  subTotal: '27.56',
  tax: 0,
  tip: 0,
  cash: 30,
  change: 0.8,
  currency: 'MYR',
  address: '',
  phoneNumber: '',
  lineItems: [
    { qty: 1, desc: '1 CHAR KUEY TEOW', descClean: 'CHAR KUEY TEOW', price: 0, lineTotal: 10.41 },
    { qty: 0, desc: 'KOPI O', descClean: '', price: 0, lineTotal: 0 },
  ],
  summaryItems: [{ desc: 'Total Rounded 29.20' }],
  totalConfidence: 0.99,
  dateConfidence: 0.5,
  establishmentConfidence: 0.7,
  cashConfidence: 12,
});

it('takes what the vendor knows, in the minor digits of the currency, and leaves out its zeros and blanks', () => {
  expect(receiptOf(answered)).toEqual({
    merchant: { value: 'WARUNG PAK MAN', confidence: 0.7 },
    date: { value: '2020-07-05', confidence: 0.5 },
    time: { value: '09:45', confidence: 0.5 },
    currency: { value: 'MYR' },
    total: { value: '29.20', confidence: 0.99 },
    subtotal: { value: '27.56' },
    // Its confidence is none.
    paid: { value: '30.00' },
    change: { value: '0.80' },
    items: [
      { description: 'CHAR KUEY TEOW', quantity: '1', unitPrice: null, amount: '10.41' },
      { description: 'KOPI O', quantity: null, unitPrice: null, amount: null },
    ],
  });
});

it('knows no time of day where the vendor writes midnight, and no date where it writes something else', () => {
  expect(receiptOf({ ...answered, date: '2020-07-05 00:00:00' })).not.toHaveProperty('time');
  expect(receiptOf({ ...answered, date: 'yesterday' })).not.toHaveProperty('date');
});

it('quotes the texts that there are, without places or confidences', () => {
  expect(linesOf(answered)).toEqual([
    { text: 'WARUNG PAK MAN' },
    { text: '1 CHAR KUEY TEOW 10.41' },
    { text: 'KOPI O' },
    { text: 'Total Rounded 29.20' },
  ]);
});

it.each([
  ['date', { date: '0000-00-00 00:00:00' }],
  ['date', { date: '2020-13-45 10:00:00' }],
  ['time', { date: '2020-07-05 99:99:00' }],
  ['currency', { currency: 'RM?' }],
  ['total', { total: 1e21 }],
  ['total', { total: '1e400' }],
  ['total', { total: 'Infinity' }],
])('knows no %s where the vendor writes %j', (field, said) => {
  expect(receiptOf({ ...answered, ...said })).not.toHaveProperty(field);
});
