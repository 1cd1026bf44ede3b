import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const address = (picture: string) => extractReceipt([testPage(picture)]).address;

test.each([
  [
    'rows from the house number to the state, without registration and phone',
    'ACME RETAIL SDN BHD\n(123456-X)\nNO.22 JALAN CONTOH 2/4\nBANDAR CONTOH\n12345 REKAAN, PERLIS\n04-123 4567\nTAX INVOICE',
    'NO.22 JALAN CONTOH 2/4 BANDAR CONTOH 12345 REKAAN, PERLIS',
  ],
  [
    'a row that ends with a comma goes on, even to a word that nothing is known of',
    'ACME RETAIL SDN BHD\n17, JALAN CONTOH,\n12345 REKAAN,\nFAIR UPLANDS,\nKELANTAN\nGST NO: 001234567890',
    '17, JALAN CONTOH, 12345 REKAAN, FAIR UPLANDS, KELANTAN',
  ],
  [
    'a row of unknown words between two of the address belongs to it',
    'ACME RETAIL SDN BHD\n17, JALAN CONTOH\nFAIR UPLANDS\n12345 REKAAN\nTEL: 04-123 4567',
    '17, JALAN CONTOH FAIR UPLANDS 12345 REKAAN',
  ],
  [
    'after the postal code a branch in brackets is no part',
    'ACME RETAIL SDN BHD\n17, JALAN CONTOH\n12345 REKAAN, PERLIS\n(REKAAN BRANCH)',
    '17, JALAN CONTOH 12345 REKAAN, PERLIS',
  ],
  [
    'a phone number on the last row is cut off',
    'ACME RETAIL SDN BHD\n17, JALAN CONTOH\n12345 REKAAN TEL: 04-1234567 FAX: 04-7654321',
    '17, JALAN CONTOH 12345 REKAAN',
  ],
  [
    'a bare phone number at its end is cut off',
    'ACME RETAIL SDN BHD\n17, JALAN CONTOH\n12345 REKAAN, KELANTAN. 603-1234 5678',
    '17, JALAN CONTOH 12345 REKAAN, KELANTAN',
  ],
  [
    'a floor before the street is its beginning',
    'ACME CO. (M) BHD (123456-H)\n3RD FLR, CONTOH WALK\nJLN REKAAN, TAMAN CONTOH\n12345 REKAAN',
    '3RD FLR, CONTOH WALK JLN REKAAN, TAMAN CONTOH 12345 REKAAN',
  ],
  [
    'a title after a row that ends with a comma is no part',
    'ACME RETAIL SDN BHD\n17, JALAN CONTOH,\n12345 REKAAN,\nTAX INVOICE',
    '17, JALAN CONTOH, 12345 REKAAN,',
  ],
  [
    'a licence with words of an address is none',
    'ACME RETAIL SDN BHD\nLESEN NO 5 BLOCK 12345\n17, JALAN CONTOH\n12345 REKAAN',
    '17, JALAN CONTOH 12345 REKAAN',
  ],
  [
    'a cell of another column is left out',
    'ACME RETAIL SDN BHD\n17, JALAN CONTOH      TAX INVOICE\n12345 REKAAN',
    '17, JALAN CONTOH 12345 REKAAN',
  ],
  [
    'a company number before it is no part',
    'ACME RETAIL\nCo. Reg. No: 123456-X\nLot 5, First Floor\nContoh Mall\n12345 Rekaan',
    'Lot 5, First Floor Contoh Mall 12345 Rekaan',
  ],
  [
    'letters read as digits in a known word are mended, as are common words',
    'ACME RETAIL SDN BHD\n23, J1n Contoh\n12345 Rekaan, TERENGGAMU',
    '23, Jln Contoh 12345 Rekaan, TERENGGANU',
  ],
  [
    'German',
    'Beispielmarkt GmbH\nHauptstraße 1\n12345 Musterstadt\nTel. 030 123456',
    'Hauptstraße 1 12345 Musterstadt',
  ],
  [
    'American',
    'SAMPLE DINER\n1420 ELM STREET\nANYTOWN, OH 45678\n(555) 555-0172',
    '1420 ELM STREET ANYTOWN, OH 45678',
  ],
  [
    'British',
    'The Sample Inn\n14 Bridge Street\nSampleton ZZ1 6DD\nVAT No: GB 123 4567 58',
    '14 Bridge Street Sampleton ZZ1 6DD',
  ],
  [
    'British, with a nought for an O',
    'The Sample Inn\n101 High Street\n0akham 0X1 4BX\nTel: 01234 567890',
    '101 High Street Oakham OX1 4BX',
  ],
  [
    'Dutch',
    'Voorbeeld B.V.\nKerkstraat 12\n1234 AB Voorbeeldstad\nKvK 12345678',
    'Kerkstraat 12 1234 AB Voorbeeldstad',
  ],
])('%s', (_, picture, value) => {
  expect(address(picture)?.value).toBe(value);
});

test('the lines of an address are those that it was read from', () => {
  expect(address('ACME RETAIL\n123456-X\n17, JALAN CONTOH      TAX INVOICE\n12345 REKAAN')?.lines).toEqual([
    2, 3, 4,
  ]);
});

test('a receipt without an address has none', () => {
  expect(address('ACME RETAIL\nCASH SALE\nWIDGET  2.00\nTOTAL  2.00')).toBeNull();
});
