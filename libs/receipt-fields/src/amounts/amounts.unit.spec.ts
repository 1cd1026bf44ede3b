import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const read = (picture: string) => extractReceipt([testPage(picture)]);

test.each([
  [
    'the total after rounding',
    'TOTAL  10.02\nROUNDING ADJ  -0.02\nROUNDED TOTAL  10.00\nCASH  10.00',
    '10.00',
  ],
  ['rounded up', 'TOTAL  10.03\nROUNDING  0.02\nTOTAL PAYABLE  10.05\nCASH  20.00\nCHANGE  9.95', '10.05'],
  ['a second "total" after the rounding', 'Total  10.02\nRounding  -0.02\nTotal  10.00', '10.00'],
  [
    'the rounded sum though its label says less',
    'GRAND TOTAL  10.02\nROUNDING  -0.02\nTOTAL  10.00',
    '10.00',
  ],
  ['a rounded sum beside the word itself', 'TOTAL  14.38\nROUNDING  RM 14.40', '14.40'],
  ['the total and not the subtotal', 'SUBTOTAL  9.43\nGST 6%  0.57\nTOTAL  10.00', '10.00'],
  ['the total with tax, not without', 'TOTAL EXCL. GST  9.43\nTOTAL INCL. GST  10.00', '10.00'],
  ['the total and not the cash', 'TOTAL  7.10\nCASH  50.00\nCHANGE  42.90', '7.10'],
  [
    'what was paid less the change, if no label was read',
    'WIDGET  7.10\nT0-AL: --  7.10\nCASH  10.00\nCHANGE  2.90',
    '7.10',
  ],
  ['a total in the next row', 'GRAND TOTAL\n  12.00\nTHANK YOU', '12.00'],
  ['a point read as a dash', 'WIDGET  7.00\nTOTAL  7-00\nCASH  7.00', '7.00'],
  [
    'cash and change printed as negative',
    'WIDGET  9.65\nT0-AL: --  9.65\nCASH  -50.00\nCHANGE  -40.35',
    '9.65',
  ],
  ['labels with a letter misread', 'WIDGET  8.50\nTOTEL  8.50\nDEPOSIT  20.00', '8.50'],
  [
    'a total that includes tax, not the tax in it',
    'Total RM Incl. of GST  9.65\nTOTAL INCLUDES GST 6%  0.55',
    '9.65',
  ],
  ['a decimal comma', 'SUMME EUR  1.234,50\nEC-Karte  1.234,50', '1234.50'],
  ['yen have no minor unit', '合計  ¥1,200\nお預り  ¥2,000\nお釣り  ¥800', '1200'],
  ['French', 'TOTAL HT  10,00\nTVA 20%  2,00\nTOTAL TTC  12,00 €', '12.00'],
  [
    'a second total that the first makes with the tax',
    'Ayam  73.65\nTeh  40.00\nJumlah Kecil  113.65\nService Tax 6%  6.82\nJumlah  120.47',
    '120.47',
  ],
  [
    'groups parted by spaces after the letter of a currency',
    'Tea  R980.00\nCake  R1 200.00\nAMOUNT DUE  R2 180.00',
    '2180.00',
  ],
  [
    'a fund of a tax is none',
    'CNPJ 11.222.333/0001-81\nCAFE  7,90\nValor Base Calculo FCP R$ 7,90  Valor FCP R$ 0,16\nPAO  2,10\nVT0YL R$  10,00\nValor Total FCP  0,16\nVALOR:  10,00',
    '10.00',
  ],
  [
    'what a table of taxes says, if no label was read',
    'Seife  3,95\nxx qv  3,95\nBqr  5,00\nMwSt  Netto  Steuer  Brutto\nA 19%  3,32  0,63  3,95',
    '3.95',
  ],
  [
    'the cash and not the taxes before rounding',
    'WIDGET  4.51\nCASH  4.50\nRate  Excl  Tax\n6%  4.25  0.26',
    '4.50',
  ],
  ['Spanish', 'BASE IMPONIBLE  10,00\nIVA 21%  2,10\nTOTAL A PAGAR  12,10', '12.10'],
])('total: %s', (_, picture, total) => {
  expect(read(picture).total?.value).toBe(total);
});

test('a total that the sums confirm is surer than a bare greatest amount', () => {
  const sure =
    read('SUBTOTAL  9.43\nGST 6%  0.57\nTOTAL  10.00\nCASH  10.00\nCHANGE  0.00').total?.confidence ?? 0;
  expect(sure).toBeGreaterThan(0.9);
  expect(read('WIDGET  9.43\nGADGET  10.00').total?.confidence).toBeLessThan(0.5);
});

test('a total that is less than a thing bought is not sure', () => {
  expect(read('LAMP  24.90\nSUBTOTAL  1.30\nTOTAL  1.30').total?.confidence ?? 1).toBeLessThan(0.6);
});

test.each([
  ['an amount on its row', 'SUBTOTAL  50.00\nGST @ 6%  3.00\nTOTAL  53.00', '50.00', '3.00'],
  ['service tax', 'SUBTOTAL  50.00\nSERVICE TAX 6%  3.00\nTOTAL  53.00', '50.00', '3.00'],
  ['tax inside the total', 'TOTAL DUE  £12.00\nVAT 20% included  £2.00', null, '2.00'],
  [
    'several rates are summed',
    'SUMME  22,60\nMwSt  Netto  Steuer  Brutto\nA 19,0%  10,00  1,90  11,90\nB 7,0%  10,00  0,70  10,70',
    null,
    '2.60',
  ],
  [
    'a point that was not read beside a rate',
    'SUBTOTAL  50.00\nSALES TAX 6%  300\nTOTAL  53.00',
    '50.00',
    '3.00',
  ],
  ['a tax of nothing', 'TOTAL LIQUIDO  110,00€\nIVA  0,00€\nVALOR  110,00€', '110.00', '0.00'],
  ['a tax number is no tax', 'VAT NO: GB 123 4567 58\nTOTAL  10.00', null, null],
])('subtotal and tax: %s', (_, picture, subtotal, tax) => {
  const receipt = read(picture);
  expect(receipt.subtotal?.value ?? null).toBe(subtotal);
  expect(receipt.tax?.value ?? null).toBe(tax);
});

test.each([
  ['TOTAL  5.00\nCASH  10.00\nCHANGE  5.00', 'cash'],
  ['TOTAL  5.00\nVISA ************1234  5.00', 'visa'],
  ['SUMME EUR  5,00\nEC-Karte EUR  5,00', 'girocard'],
  ['TOTAL  5.00\nPAYMENT MODE: TOUCH N GO', 'touch n go'],
  ['TOTAL  5.00\nBetaling: PIN', 'debit card'],
  ['CASH SALE\nTOTAL  5.00', null],
])('how it was paid: %s', (picture, method) => {
  expect(read(picture).paymentMethod?.value ?? null).toBe(method);
});
