import { digits, integer, pick, type Random } from '../../random.ts';
import { barcode, centre, gap, left, pair, type ReceiptContent, type Row, rule } from '../rows.ts';
import { clock, decimal, isoDate, moment, type Product, pad, purchases, sum } from '../values.ts';

const shops = [
  ['PASARAYA SERI MAJU SDN BHD', 'NO 12, JALAN MELATI 3/2', 'TAMAN MELATI', '53100 KUALA LUMPUR'],
  ['KEDAI RUNCIT HARMONI SDN. BHD.', 'LOT 45, GROUND FLOOR, JALAN PERDANA', '81100 JOHOR BAHRU, JOHOR'],
  ['FRESH BASKET TRADING SDN BHD', '88, LORONG SELAMAT', '10400 GEORGETOWN, PENANG'],
] as const;

const shelf: readonly Product[] = [
  ['SUNRICE BERAS WANGI 5KG', 2890],
  ['TELUR GRED A 10S', 639],
  ['SUSU SEGAR 1L', 759],
  ['ROTI GARDENIA ORIGINAL', 330],
  ['MINYAK MASAK 2KG', 1290],
  ['KICAP MANIS 340ML', 485],
  ['MEE KUNING 400G', 210],
  ['TEH TARIK 3IN1 15S', 1345],
  ['SARDIN DALAM TIN 425G', 899],
  ['GULA HALUS 1KG', 285],
  ['SABUN PENCUCI 900ML', 1150],
  ['PISANG BERANGAN KG', 599],
  ['BISKUT LEMAK 300G', 520],
  ['AIR MINERAL 1.5L', 175],
];

/** A Malaysian supermarket: a name line and a quantity line for each thing, 6 % SST put on top, paid by card. */
export function supermarketMy(random: Random): ReceiptContent {
  const [merchant, ...address] = pick(random, shops);
  const at = moment(random);
  const bought = purchases(random, shelf, 4, 9);
  const subtotal = sum(bought.map((item) => item.amount));
  const tax = Math.round(subtotal * 0.06);
  const total = subtotal + tax;
  const card = pick(random, ['VISA', 'MASTERCARD']);
  const rows: Row[] = [
    centre(merchant, { bold: true }),
    centre(`(${digits(random, 6)}-${pick(random, ['A', 'K', 'T', 'X'])})`),
    ...address.map((line) => centre(line)),
    centre(`TEL: 0${integer(random, 3, 9)}-${digits(random, 4)} ${digits(random, 4)}`),
    centre(`SST ID: W10-${digits(random, 4)}-${digits(random, 8)}`),
    gap(),
    centre('TAX INVOICE', { bold: true }),
    pair(`INVOICE NO: ${digits(random, 8)}`, `CASHIER: ${pick(random, ['AINA', 'SITI', 'KUMAR', 'MEI'])}`),
    pair(`DATE: ${pad(at.day)}/${pad(at.month)}/${at.year}`, `TIME: ${clock(at)}`),
    rule(),
    pair('DESCRIPTION', 'AMOUNT (RM)'),
    rule(),
    ...bought.flatMap((item) => [
      left(item.name),
      pair(`   ${item.quantity} x ${decimal(item.price)}`, decimal(item.amount)),
    ]),
    rule(),
    left(`ITEM COUNT: ${sum(bought.map((item) => item.quantity))}`),
    pair('SUBTOTAL', decimal(subtotal)),
    pair('SST 6%', decimal(tax)),
    pair('TOTAL RM', decimal(total), { scale: 1.3, bold: true }),
    pair(card, decimal(total)),
    left(`CARD NO: XXXX XXXX XXXX ${digits(random, 4)}`),
    rule(),
    centre('GOODS SOLD ARE NOT RETURNABLE'),
    centre('THANK YOU, PLEASE COME AGAIN'),
    gap(),
    barcode(digits(random, 12)),
  ];
  return {
    font: 'inconsolata',
    columns: 42,
    rows,
    fields: {
      merchant,
      address: address.join(', '),
      date: isoDate(at),
      time: clock(at),
      currency: 'MYR',
      country: 'MY',
      total: decimal(total),
      subtotal: decimal(subtotal),
      tax: decimal(tax),
      paymentMethod: card,
      items: bought.map((item) => ({
        description: item.name,
        quantity: String(item.quantity),
        unitPrice: decimal(item.price),
        amount: decimal(item.amount),
      })),
    },
  };
}
