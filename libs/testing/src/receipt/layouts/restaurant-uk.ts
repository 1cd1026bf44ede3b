import { digits, integer, pick, type Random } from '../../random.ts';
import { centre, gap, left, pair, type ReceiptContent, type Row, rule } from '../rows.ts';
import { clock, decimal, isoDate, moment, type Product, purchases, sum } from '../values.ts';

const shops = [
  ['The Copper Kettle Ltd', '14 Bridge Street', 'York YO1 6DD'],
  ['Harbour & Vine', '2 Quay Road', 'Bristol BS1 4SB'],
  ['The Fox and Hound', '101 High Street', 'Oxford OX1 4BX'],
] as const;

const menu: readonly Product[] = [
  ['Fish & Chips', 1595],
  ['Beef & Ale Pie', 1450],
  ['Sunday Roast', 1895],
  ['Soup of the Day', 650],
  ['Sticky Toffee Pudding', 725],
  ['Pint Bitter', 520],
  ['Glass Merlot 175ml', 680],
  ['Sparkling Water', 325],
  ['Flat White', 310],
  ['Ploughman\u2019s Lunch', 1195],
  ['Mushroom Risotto', 1375],
];

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const pounds = (cents: number): string => `£${decimal(cents)}`;

/** A British restaurant: prices include 20 % VAT, 12.5 % service is added, the month is a word. */
export function restaurantUk(random: Random): ReceiptContent {
  const [merchant, ...address] = pick(random, shops);
  const at = moment(random);
  const bought = purchases(random, menu, 3, 7);
  const subtotal = sum(bought.map((item) => item.amount));
  const service = Math.round(subtotal * 0.125);
  const tax = Math.round(subtotal / 6);
  const total = subtotal + service;
  const rows: Row[] = [
    centre(merchant, { scale: 1.35, bold: true }),
    ...address.map((line) => centre(line)),
    centre(`Tel: 01${digits(random, 3)} ${digits(random, 6)}`),
    centre(`VAT No: GB ${digits(random, 3)} ${digits(random, 4)} ${digits(random, 2)}`),
    gap(),
    left(`Table ${integer(random, 1, 30)}   Covers ${integer(random, 1, 6)}`),
    pair(`${at.day} ${months[at.month - 1]} ${at.year}`, clock(at)),
    rule(),
    ...bought.map((item) => pair(`${item.quantity} ${item.name}`, pounds(item.amount))),
    rule(),
    pair('Subtotal', pounds(subtotal)),
    pair('Service Charge 12.5%', pounds(service)),
    pair('TOTAL DUE', pounds(total), { bold: true, scale: 1.2 }),
    gap(),
    pair('Contactless', pounds(total)),
    pair('VAT 20% included', pounds(tax)),
    gap(),
    centre('Thank you for dining with us'),
    centre('Service is discretionary'),
  ];
  return {
    font: 'ibm-plex-mono',
    columns: 36,
    rows,
    fields: {
      merchant,
      address: address.join(', '),
      date: isoDate(at),
      time: clock(at),
      currency: 'GBP',
      country: 'GB',
      total: decimal(total),
      subtotal: decimal(subtotal),
      tax: decimal(tax),
      paymentMethod: 'Contactless',
      items: bought.map((item) => ({
        description: item.name,
        quantity: String(item.quantity),
        unitPrice: null,
        amount: decimal(item.amount),
      })),
    },
  };
}
