import { digits, integer, pick, type Random } from '../../random.ts';
import { type Cell, cells, centre, gap, left, pair, type ReceiptContent, type Row, rule } from '../rows.ts';
import {
  clock,
  decimal,
  decimalComma,
  isoDate,
  moment,
  type Product,
  type Purchase,
  pad,
  purchases,
  sum,
} from '../values.ts';

const shops = [
  ['Frischmarkt Müller GmbH', 'Bahnhofstraße 21', '79098 Freiburg'],
  ['Bioladen Grünes Eck GmbH', 'Lindenallee 5', '50968 Köln'],
  ['Kaufhaus Schröder KG', 'Am Marktplatz 3', '04109 Leipzig'],
] as const;

/** Food carries the reduced rate (B, 7 %), everything else the full one (A, 19 %). */
const shelf: readonly Product[] = [
  ['Vollmilch 3,5% 1L', 119],
  ['Roggenbrot 750g', 289],
  ['Käse Emmentaler', 349],
  ['Äpfel Elstar 1kg', 279],
  ['Bio Eier 10er', 329],
  ['Weißwurst 4 Stück', 459],
  ['Kartoffeln 2,5kg', 319],
  ['Süßer Senf', 149],
  ['Spülmittel', 195],
  ['Küchenrolle 4er', 279],
  ['Zahnbürste', 249],
  ['Pils 0,5L', 89],
];
const full = new Set(['Spülmittel', 'Küchenrolle 4er', 'Zahnbürste', 'Pils 0,5L']);

const band = (item: Purchase) => (full.has(item.name) ? 'A' : 'B');

function taxRow(name: string, net: string, tax: string, gross: string): Row {
  const right = (text: string, at: number): Cell => ({ text, align: 'right', at });
  return cells([{ text: name, align: 'left', at: 0 }, right(net, 0.5), right(tax, 0.75), right(gross, 1)]);
}

/** A German till receipt: decimal commas, dotted dates, VAT inside the prices and shown by rate. */
export function kassenbonDe(random: Random): ReceiptContent {
  const [merchant, ...address] = pick(random, shops);
  const at = moment(random);
  const bought = purchases(random, shelf, 4, 8);
  const total = sum(bought.map((item) => item.amount));
  const rates = [
    { name: 'A 19,0%', rate: 0.19, letter: 'A' },
    { name: 'B  7,0%', rate: 0.07, letter: 'B' },
  ].map((entry) => {
    const gross = sum(bought.filter((item) => band(item) === entry.letter).map((item) => item.amount));
    return { ...entry, gross, tax: Math.round((gross * entry.rate) / (1 + entry.rate)) };
  });
  const tax = sum(rates.map((entry) => entry.tax));
  const cash = pick(random, [true, false]);
  const given = Math.ceil((total + 1) / 500) * 500;
  const rows: Row[] = [
    centre(merchant, { scale: 1.2, bold: true }),
    ...address.map((line) => centre(line)),
    centre(`USt-IdNr. DE${digits(random, 9)}`),
    gap(),
    pair('', 'EUR'),
    ...bought.flatMap((item) => [
      pair(item.name, `${decimalComma(item.amount)} ${band(item)}`),
      ...(item.quantity > 1 ? [left(`   ${item.quantity} Stk x ${decimalComma(item.price)}`)] : []),
    ]),
    rule(),
    pair('SUMME EUR', decimalComma(total), { bold: true, scale: 1.3 }),
    rule(),
    ...(cash
      ? [pair('Bar EUR', decimalComma(given)), pair('Rückgeld EUR', decimalComma(given - total))]
      : [pair('EC-Karte EUR', decimalComma(total))]),
    gap(),
    taxRow('MwSt', 'Netto', 'Steuer', 'Brutto'),
    ...rates
      .filter((entry) => entry.gross > 0)
      .map((entry) =>
        taxRow(
          entry.name,
          decimalComma(entry.gross - entry.tax),
          decimalComma(entry.tax),
          decimalComma(entry.gross),
        ),
      ),
    taxRow('Gesamt', decimalComma(total - tax), decimalComma(tax), decimalComma(total)),
    gap(),
    pair(`Datum ${pad(at.day)}.${pad(at.month)}.${at.year}`, `${clock(at)} Uhr`),
    pair(`Bon-Nr. ${digits(random, 4)}`, `Kasse ${integer(random, 1, 9)}`),
    centre('Vielen Dank für Ihren Einkauf!'),
  ];
  return {
    font: 'ibm-plex-mono',
    columns: 38,
    rows,
    fields: {
      merchant,
      address: address.join(', '),
      date: isoDate(at),
      time: clock(at),
      currency: 'EUR',
      country: 'DE',
      total: decimal(total),
      subtotal: null,
      tax: decimal(tax),
      paymentMethod: cash ? 'Bar' : 'EC-Karte',
      items: bought.map((item) => ({
        description: item.name,
        quantity: item.quantity > 1 ? String(item.quantity) : null,
        unitPrice: item.quantity > 1 ? decimal(item.price) : null,
        amount: decimal(item.amount),
      })),
    },
  };
}
