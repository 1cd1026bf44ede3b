import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const items = (picture: string) => extractReceipt([testPage(`ACME RETAIL SDN BHD\n${picture}`)]).items;
const values = (picture: string) =>
  items(picture).map(({ description, quantity, unitPrice, amount }) => [
    description,
    quantity,
    unitPrice,
    amount,
  ]);

test.each([
  [
    'name and amount',
    'WIDGET LARGE  12.50\nGADGET  2.00\nTOTAL  14.50',
    [
      ['WIDGET LARGE', null, null, '12.50'],
      ['GADGET', null, null, '2.00'],
    ],
  ],
  [
    'quantity and price on the row',
    'ITEM  QTY  PRICE  AMOUNT\nWIDGET  2  4.50  9.00\nTOTAL  9.00',
    [['WIDGET', '2', '4.50', '9.00']],
  ],
  [
    'name above quantity, price and amount',
    'WIDGET LARGE\n2 X 4.50  9.00 SR\nGADGET\n1 X 2.00  2.00 SR\nTOTAL  11.00',
    [
      ['WIDGET LARGE', '2', '4.50', '9.00'],
      ['GADGET', '1', '2.00', '2.00'],
    ],
  ],
  [
    'a total whose label was not read is none of them',
    'WIDGET  4.50\nGADGET  2.00\nGqsumtbtrg  6.50\nTOTAL  6.50',
    [
      ['WIDGET', null, null, '4.50'],
      ['GADGET', null, null, '2.00'],
    ],
  ],
  [
    'a tax in brackets after the price',
    'WIDGET 1 UN X 4.50 (1.20)\nGADGET 1 UN X 2.00 (0.40)\nTOTAL  6.50',
    [
      ['WIDGET 1 UN', '1', '4.50', '4.50'],
      ['GADGET 1 UN', '1', '2.00', '2.00'],
    ],
  ],
  [
    'a measure is no price',
    'SHOP FLOOR 20,40mp\nWIDGET  4,50\nTOTAL  4,50',
    [['WIDGET', null, null, '4.50']],
  ],
  [
    'empty bottles given back',
    'Limonade  4,50\nLeergut  1,25\nSUMME EUR  3,25',
    [['Limonade', null, null, '4.50']],
  ],
  [
    'prices that slipped below their names, among others that did not',
    'WIDGET  4.50\nGADGET\n  2.00\nGIZMO\n  3.00\nTOTAL  9.50',
    [
      ['WIDGET', null, null, '4.50'],
      ['GADGET', null, null, '2.00'],
      ['GIZMO', null, null, '3.00'],
    ],
  ],
  [
    'name below the amount',
    'CODE  QTY  U/P  AMOUNT\n12089  2  3.50  7.00\nTAPE CLEAR\nTOTAL  7.00',
    [['TAPE CLEAR', '2', '3.50', '7.00']],
  ],
  [
    'quantity and price below the item',
    'Vollkornbrot  2,38 B\n  2 Stk x 1,19\nSenf  1,49 B\nSUMME  3,87',
    [
      ['Vollkornbrot', '2', '1.19', '2.38'],
      ['Senf', null, null, '1.49'],
    ],
  ],
  [
    'a note below a quantity describes nothing',
    'Vollkornbrot  2,38 B\n  2 Stk x 1,19\nAKTION HEUTE\nSenf  1,49 B\nSUMME  3,87',
    [
      ['Vollkornbrot', '2', '1.19', '2.38'],
      ['Senf', null, null, '1.49'],
    ],
  ],
  [
    'a name broken over two rows above the amount',
    'QTY  PRICE  AMOUNT\nMOBILE PHONE HOLDER\nFOR CARS, BLACK\n5 X 2.20  11.00 SR\nGADGET\n1 X 2.00  2.00 SR\nTOTAL QTY  6  ITEMS  2\nTOTAL  13.00',
    [
      ['MOBILE PHONE HOLDER FOR CARS, BLACK', '5', '2.20', '11.00'],
      ['GADGET', '1', '2.00', '2.00'],
    ],
  ],
  [
    'tables of taxes and payments below the sums hold none',
    'WIDGET  9.00\nTOTAL  9.00\nCASH  9.00\nPAYMENT  AMOUNT\nTAX CODE  AMOUNT  TAX\nSR  8.49  0.51',
    [['WIDGET', null, null, '9.00']],
  ],
  [
    'a column of counts before the names',
    '2 FLAT WHITE  £6.20\n1 SOUP  £5.00\n3 LAGER  £15.60\nTOTAL  £26.80',
    [
      ['FLAT WHITE', '2', null, '6.20'],
      ['SOUP', '1', null, '5.00'],
      ['LAGER', '3', null, '15.60'],
    ],
  ],
  [
    'positions are no counts',
    '1. TAPE  2.00\n2. GLUE  3.00\n3. PEN  1.00\nTOTAL  6.00',
    [
      ['TAPE', null, null, '2.00'],
      ['GLUE', null, null, '3.00'],
      ['PEN', null, null, '1.00'],
    ],
  ],
  [
    'a number that is part of a name',
    '100 PLUS DRINK  2.00\nBREAD  3.00\nMILK  1.00\nTOTAL  6.00',
    [
      ['100 PLUS DRINK', null, null, '2.00'],
      ['BREAD', null, null, '3.00'],
      ['MILK', null, null, '1.00'],
    ],
  ],
  ['weight by price', 'APPLES 0.350 kg x 8.90  3.12\nTOTAL  3.12', [['APPLES', '0.35', '8.90', '3.12']]],
  [
    'sums, discounts and rounding are no items',
    'WIDGET  9.00\nDISCOUNT  -1.00\nSUBTOTAL  8.00\nROUNDING  0.00\nCASH  8.00',
    [['WIDGET', null, null, '9.00']],
  ],
])('%s', (_, picture, wanted) => {
  expect(values(picture)).toEqual(wanted);
});

test('items that add up to the total are surer, and name their lines', () => {
  const [sure] = items('WIDGET LARGE\n2 X 4.50  9.00\nTOTAL  9.00');
  const [unsure] = items('WIDGET LARGE\n2 X 4.50  9.00\nTOTAL  19.00');
  expect(sure?.confidence).toBeGreaterThan(unsure?.confidence ?? 1);
  expect(sure?.lines).toEqual([1, 2, 3]);
});

test('a row of code, count and unit price says more of the thing below it', () => {
  const { items } = extractReceipt([
    testPage(
      'CONTOSO\n69236555 (1 ADET X 15,00)\nEKMEK  15,00\n8691573 (2 ADET X 12,00)\nPEYNIR  24,00\nTOPLAM  39,00',
    ),
  ]);
  expect(items.map(({ description, quantity, amount }) => [description, quantity, amount])).toEqual([
    ['EKMEK', '1', '15.00'],
    ['PEYNIR', '2', '24.00'],
  ]);
});
