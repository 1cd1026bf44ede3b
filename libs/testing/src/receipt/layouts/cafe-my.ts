import { digits, pick, type Random } from '../../random.ts';
import { type Cell, cells, centre, gap, left, pair, type ReceiptContent, type Row, rule } from '../rows.ts';
import { clock, decimal, isoDate, moment, type Product, pad, purchases, sum } from '../values.ts';

const shops = [
  ['KOPITIAM OLD STREET', '23, Jalan Tun H S Lee', '50000 Kuala Lumpur'],
  ['RESTORAN NASI KANDAR ALI', 'No. 7, Persiaran Gurney', '10250 Pulau Pinang'],
  ['WARUNG PAK MAN ENTERPRISE', 'Lot 3, Medan Selera, Jalan Besar', '43000 Kajang, Selangor'],
] as const;

const menu: readonly Product[] = [
  ['Nasi Lemak Ayam', 1153],
  ['Roti Canai', 184],
  ['Teh Tarik', 272],
  ['Kopi O Ais', 248],
  ['Mee Goreng Mamak', 896],
  ['Char Kuey Teow', 1041],
  ['Kaya Toast Set', 737],
  ['Half Boiled Eggs', 361],
  ['Milo Dinosaur', 553],
  ['Cendol', 608],
];

const shortMonths = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const row = (description: string, quantity: string, amount: string): Row => {
  const list: Cell[] = [
    { text: quantity, align: 'left', at: 0 },
    { text: description, align: 'left', at: 0.1 },
    { text: amount, align: 'right', at: 1 },
  ];
  return cells(list);
};

/**
 * A Malaysian café that takes cash: there is no 1 sen coin, so that the bill is rounded to 5 sen and the total
 * to pay is the rounded one (Bank Negara's rounding mechanism: 1, 2, 6, 7 down; 3, 4, 8, 9 up).
 */
export function cafeMy(random: Random): ReceiptContent {
  const [merchant, ...address] = pick(random, shops);
  const at = moment(random);
  const bought = purchases(random, menu, 3, 6);
  const subtotal = sum(bought.map((item) => item.amount));
  const tax = Math.round(subtotal * 0.06);
  const exact = subtotal + tax;
  const total = Math.round(exact / 5) * 5;
  const cash = Math.ceil((total + 1) / 1000) * 1000;
  const rows: Row[] = [
    centre(merchant, { scale: 1.2, bold: true }),
    ...address.map((line) => centre(line)),
    gap(),
    left(`Receipt #: ${digits(random, 6)}`),
    pair(`${pad(at.day)} ${shortMonths[at.month - 1]} ${at.year}`, clock(at)),
    pair(`Table: ${digits(random, 2)}`, pick(random, ['Dine In', 'Take Away'])),
    rule(),
    row('Item', 'Qty', 'RM'),
    rule(),
    ...bought.map((item) => row(item.name, String(item.quantity), decimal(item.amount))),
    rule(),
    pair('Subtotal', decimal(subtotal)),
    pair('Service Tax 6%', decimal(tax)),
    pair('Total', decimal(exact)),
    pair('Rounding Adjustment', decimal(total - exact)),
    pair('Total Rounded', `RM ${decimal(total)}`, { bold: true, scale: 1.15 }),
    gap(),
    pair('Cash', decimal(cash)),
    pair('Change', decimal(cash - total)),
    rule(),
    centre('Terima Kasih! Sila Datang Lagi'),
  ];
  return {
    font: 'noto-sans',
    columns: 38,
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
      paymentMethod: 'Cash',
      items: bought.map((item) => ({
        description: item.name,
        quantity: String(item.quantity),
        unitPrice: null,
        amount: decimal(item.amount),
      })),
    },
  };
}
