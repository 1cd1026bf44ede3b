import { digits, integer, pick, type Random } from '../../random.ts';
import { centre, gap, left, pair, type ReceiptContent, type Row, rule } from '../rows.ts';
import {
  clock,
  decimal,
  isoDate,
  type Moment,
  moment,
  type Product,
  pad,
  purchases,
  sum,
} from '../values.ts';

const shops = [
  ["ROSIE'S DINER", '1420 MAIN STREET', 'SPRINGFIELD, IL 62704'],
  ['BLUE PLATE GRILL INC', '77 LAKESIDE AVE', 'BURLINGTON, VT 05401'],
  ['SUNSET TACO HOUSE LLC', '2301 MISSION BLVD', 'SAN DIEGO, CA 92109'],
] as const;

const menu: readonly Product[] = [
  ['CHEESEBURGER', 1149],
  ['PANCAKE STACK', 895],
  ['CLUB SANDWICH', 1225],
  ['CHICKEN TACOS', 1075],
  ['COBB SALAD', 1350],
  ['FRENCH FRIES', 450],
  ['APPLE PIE', 575],
  ['BOTTOMLESS COFFEE', 325],
  ['ICED TEA', 295],
  ['VANILLA SHAKE', 650],
  ['BLT ON RYE', 985],
];

const twelveHour = (m: Moment): string =>
  `${m.hour % 12 || 12}:${pad(m.minute)} ${m.hour < 12 ? 'AM' : 'PM'}`;

/** An American diner: month before day, 12-hour clock, sales tax on top, and a tip in the total. */
export function dinerUs(random: Random): ReceiptContent {
  const [merchant, ...address] = pick(random, shops);
  const at = moment(random);
  const bought = purchases(random, menu, 3, 6);
  const subtotal = sum(bought.map((item) => item.amount));
  const tax = Math.round(subtotal * 0.0825);
  const tip = Math.round(subtotal * pick(random, [0.15, 0.18, 0.2]));
  const total = subtotal + tax + tip;
  const card = pick(random, ['VISA', 'AMEX', 'MASTERCARD']);
  const rows: Row[] = [
    centre(merchant, { scale: 1.35 }),
    ...address.map((line) => centre(line)),
    centre(`(${integer(random, 201, 989)}) 555-01${digits(random, 2)}`),
    gap(),
    pair(
      `SERVER: ${pick(random, ['DEBBIE', 'MARCUS', 'TINA', 'JOE'])}`,
      `CHECK #${integer(random, 1000, 9999)}`,
    ),
    pair(`${pad(at.month)}/${pad(at.day)}/${at.year}`, twelveHour(at)),
    rule(),
    ...bought.map((item) => pair(`${item.quantity} ${item.name}`, `$${decimal(item.amount)}`)),
    rule(),
    pair('SUBTOTAL', `$${decimal(subtotal)}`),
    pair('SALES TAX 8.25%', `$${decimal(tax)}`),
    pair('TIP', `$${decimal(tip)}`),
    pair('TOTAL', `$${decimal(total)}`, { scale: 1.35 }),
    gap(),
    left(`${card} **** ${digits(random, 4)}`),
    left(`AUTH CODE ${digits(random, 6)}`),
    gap(),
    centre('THANK YOU! SEE YOU SOON'),
  ];
  return {
    font: 'vt323',
    columns: 36,
    rows,
    fields: {
      merchant,
      address: address.join(', '),
      date: isoDate(at),
      time: clock(at),
      currency: 'USD',
      country: 'US',
      total: decimal(total),
      subtotal: decimal(subtotal),
      tax: decimal(tax),
      paymentMethod: card,
      items: bought.map((item) => ({
        description: item.name,
        quantity: String(item.quantity),
        unitPrice: null,
        amount: decimal(item.amount),
      })),
    },
  };
}
