import type { ReceiptFieldName } from '@inkstream/contracts';
import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

test.each<[ReceiptFieldName, string, string]>([
  ['phone', 'Tel. 05251 558 24', '05251 558 24'],
  ['phone', '(212) 555-0142', '(212) 555-0142'],
  ['phone', '電話:03-1234-5678', '03-1234-5678'],
  ['taxId', 'USt-IdNr. DE123456789', 'DE123456789'],
  ['taxId', 'P.IVA 12345678901', '12345678901'],
  ['taxId', 'CNPJ: 12.345.678/0001-90', '12.345.678/0001-90'],
  ['taxId', 'GSTIN: 29ABCDE1234F1Z5', '29ABCDE1234F1Z5'],
  ['taxId', 'ИНН 7701234567', '7701234567'],
  ['receiptNumber', 'Receipt #338225', '338225'],
  ['receiptNumber', 'Bon-Nr.: 4711', '4711'],
  ['receiptNumber', 'Ticket N° 779558', '779558'],
  ['receiptNumber', 'FİŞ NO: 0042', '0042'],
  ['receiptNumber', '영수증번호: 778899', '778899'],
  ['cardLast4', 'VISA ************4242  5.00', '4242'],
  ['cardLast4', 'Card: XXXX-XXXX-XXXX-0041', '0041'],
])('%s in "%s"', (name, row, value) => {
  expect(extractReceipt([testPage(`CONTOSO\n${row}\nTOTAL  5.00`)])[name]?.value).toBe(value);
});

test.each<[ReceiptFieldName, string]>([
  ['receiptNumber', 'RECEIPT DATE 24/11/2026'],
  ['cardLast4', 'TABLE 4242'],
  ['taxId', 'VAT 20%  1.00'],
])('no %s in "%s"', (name, row) => {
  expect(extractReceipt([testPage(`CONTOSO\n${row}\nTOTAL  5.00`)])).not.toHaveProperty(name);
});

test('the brand is the merchant, the company below it the legal name', () => {
  const page = testPage('KORNBLUME\nKornblume Naturkost GmbH\nLindenstr. 14\n69115 Heidelberg');
  const [brand] = page.lines;
  if (brand) brand.box[3] += 8;
  expect(extractReceipt([page])).toMatchObject({
    merchant: { value: 'KORNBLUME' },
    legalName: { value: 'Kornblume Naturkost GmbH' },
  });
});
