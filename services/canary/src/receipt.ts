import { PDFDocument, rotateRadians, StandardFonts } from 'pdf-lib';

/** What is looked at in a result: what every provider reads, and every receipt says. */
export const CHECKED = ['merchant', 'date', 'total'] as const;
export type Checked = Readonly<Record<(typeof CHECKED)[number], string>>;

export interface CanaryReceipt {
  /** A PDF of one page. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The date in ISO 8601, the total a decimal. */
  readonly truth: Checked;
}

const MERCHANT = 'Northwind Coffee';
const ITEMS = ['Flat white', 'Croissant', 'Orange juice', 'Ham sandwich'];

/** The paper and its text, in points (1/72 inch). */
const PAPER: [width: number, height: number] = [226, 340];
const MARGIN = 18;
const LINE = 16;
const SIZE = 11;
/** As of paper that was not laid down straight, radians. */
const TURN = 0.035;

const decimal = (cents: number) => (cents / 100).toFixed(2);
const between = (random: () => number, low: number, high: number) =>
  low + Math.floor(random() * (high - low + 1));

/**
 * A receipt of its own each time, so that no earlier result can stand in for its reading: amounts and number by `random`
 * (0 up to 1), the date of `now` in UTC.
 */
export async function canaryReceipt(now: Date, random: () => number): Promise<CanaryReceipt> {
  const [date = '', time = ''] = now.toISOString().split('T');
  const items = ITEMS.map((name) => [name, between(random, 150, 990)] as const);
  const total = items.reduce((sum, [, cents]) => sum + cents, 0);
  const rows: readonly (readonly [label: string, amount?: string])[] = [
    [MERCHANT],
    ['12 Harbour Street'],
    [`Receipt no. ${between(random, 100_000, 999_999)}`],
    [`Date: ${date}`],
    [`Time: ${time.slice(0, 5)}`],
    [''],
    ...items.map(([name, cents]) => [name, decimal(cents)] as const),
    [''],
    ['Total EUR', decimal(total)],
    ['Cash', decimal(total)],
    [''],
    ['Thank you'],
  ];
  return { bytes: await draw(rows), truth: { merchant: MERCHANT, date, total: decimal(total) } };
}

async function draw(rows: readonly (readonly [label: string, amount?: string])[]) {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  const page = pdf.addPage(PAPER);
  const [width, height] = PAPER;
  // A provider that takes text which is printed upright would not read its picture.
  page.pushOperators(rotateRadians(TURN));
  for (const [at, [label, amount]] of rows.entries()) {
    const line = { y: height - MARGIN - LINE * (at + 1), size: SIZE, font };
    page.drawText(label, { ...line, x: MARGIN });
    if (amount !== undefined)
      page.drawText(amount, { ...line, x: width - MARGIN - font.widthOfTextAtSize(amount, SIZE) });
  }
  return new Uint8Array(await pdf.save());
}
