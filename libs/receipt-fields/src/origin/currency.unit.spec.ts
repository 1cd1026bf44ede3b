import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const currency = (picture: string) => extractReceipt([testPage(picture)]).currency;

test.each([
  ['a mark of one country', 'TOTAL  RM 5.00', 'MYR'],
  ['a symbol', 'TOTAL  £5.00', 'GBP'],
  ['a code', 'TOTAL CHF  5.00', 'CHF'],
  ['a dollar alone is American', 'TOTAL  $5.00', 'USD'],
  ['a dollar if the receipt is from elsewhere', 'ABN 12 345 678 901\nTOTAL  $5.00', 'AUD'],
  [
    'a till left at dollars, in a country without',
    'ACME RETAIL SDN BHD\n12, JALAN CONTOH\nTOTAL  $5.00',
    'MYR',
  ],
  ['crowns by the country', 'MOMS 25%  1.00\nSTOCKHOLM\nTOTALT  5,00 kr', 'SEK'],
  ['no mark but a country', 'ACME RETAIL SDN BHD\nTOTAL  5.00', 'MYR'],
  ['a state and its ZIP code', 'ANYTOWN, OH 45678\nTOTAL  5.00', 'USD'],
])('%s', (_, picture, code) => {
  expect(currency(picture)?.value).toBe(code);
});

test('digits that look like letters are no cue, nor is a word that begins like one', () => {
  expect(currency('2 x 11.50  23.00\nCHECK #1234\nTOTAL  23.00')).toBeNull();
});

test('a mark that the country agrees with is surer than a country alone', () => {
  const both = currency('ACME SDN BHD\nTOTAL  RM 5.00')?.confidence ?? 0;
  expect(both).toBeGreaterThan(0.8);
  expect(currency('ABN 12 345 678 901\nTOTAL  $5.00')?.confidence).toBeGreaterThan(0.8);
  expect(currency('ACME SDN BHD\nTOTAL  5.00')?.confidence).toBeLessThan(both);
});

test('the country is that of the cues; without one it is left out', () => {
  expect(extractReceipt([testPage('ACME SDN BHD\nTOTAL  5.00')]).country).toMatchObject({ value: 'MY' });
  expect(extractReceipt([testPage('TOTAL  5.00')])).not.toHaveProperty('country');
});

test.each([
  ['TOPLAM  *90,20 TL', 'TRY'],
  ['UKUPNO  90,20 kn', 'HRK'],
  ['TOTAL  90,20 lei', 'RON'],
  ['Total  Rp 90.200', 'IDR'],
  ['TOTAL R$  90,20', 'BRL'],
  ['Totaal  € 90,20', 'EUR'],
  ['Tổng cộng  90.200₫', 'VND'],
  ['ИТОГО  90.20 руб.', 'RUB'],
  ['До сплати  90,20 грн', 'UAH'],
  ['Összesen  9 020 Ft', 'HUF'],
  ['Celkem  90,20 Kč', 'CZK'],
  ['סה"כ לתשלום  ₪90.20', 'ILS'],
  ['合計  1,280円', 'JPY'],
  ['총금액  12,800원', 'KRW'],
  ['TOTAL  NT$ 95', 'TWD'],
  ['TOTAL  90.20 AED', 'AED'],
  ['Kathmandu\nTotal  Rs. 90.20', 'NPR'],
  ['CHE-123.456.789 MWST\nTotal  12.50', 'CHF'],
])('%s is in %s', (picture, code) => {
  expect(currency(picture)?.value).toBe(code);
});

test.each([
  ['a state misread', 'Portland 0R 97204\nTOTAL  $42.28', 'USD'],
  ['a tax code behind each price', 'SALAD  4.50 R\nBREAD  6.50 R\nTOTAL  $11.00', 'USD'],
  ['a tax code before a size', 'COLA P 2\nTOTAL  £11.00', 'GBP'],
  ['rands', 'BREAD  R 42.28\nTOTAL  R 1 042.28', 'ZAR'],
  ['rands in a label', 'TOTAL (R)  42.28', 'ZAR'],
])('a letter alone is a mark before an amount only: %s', (_, picture, code) => {
  expect(currency(picture)?.value).toBe(code);
});

test.each([
  ['Russian', '000 БЕРЁЗКА\nул. Садовая 5\nМолоко  89,90\nСыр  320,00\nИТОГ  409,90', 'RUB'],
  ['Russian without a company', 'Молоко  89,90\nСыр  320,00\nИТОГ  409,90', 'RUB'],
  ['Thai', 'ร้านครัวบ้านสวน\nผัดไทย  60.00\nรวมทั้งสิ้น  60.00', 'THB'],
  ['Japanese', 'りんご  300\n合計  300', 'JPY'],
  ['Hebrew', 'חלב  6.90\nסה"כ  6.90', 'ILS'],
])('letters of one country tell the currency if nothing else does: %s', (_, picture, code) => {
  expect(currency(picture)?.value).toBe(code);
});

test('Arabic and Han letters are of many countries, and tell no currency', () => {
  expect(currency('حليب  6.90\nالمجموع  6.90')).toBeNull();
  expect(currency('牛奶  6.90\n合计  6.90')).toBeNull();
});

test.each([
  'PF.FL.EURO,25  0,25\nSUMME  0,25',
  '1 CUP SOUP  5.00\nTOTAL  5.00',
  'TOP SHELF  5.00\nALL DAY  2.00\nTOTAL  7.00',
  'info@sek-design.example\nTOTAL  5.00',
])('%s names no currency', (picture) => {
  expect(currency(picture)?.value ?? null).toBeNull();
});

test.each([
  ['OIB: 12345678901\n24.11.2022\nUkupno  90,20', 'HRK'],
  ['OIB: 12345678901\n24.11.2024\nUkupno  90,20', 'EUR'],
  ['OIB: 12345678901\nUkupno kn  207,69\nUkupno EUR  27,57', 'HRK'],
])('the currency that a country had on the day: %s', (picture, code) => {
  expect(currency(picture)?.value).toBe(code);
});
