import { RECEIPT_FIELDS } from '@inkstream/contracts';
import { describe, expect, test } from 'vitest';
import { mulberry32 } from '../../random.ts';
import type { ReceiptContent } from '../rows.ts';
import { type LayoutName, layoutNames, layouts } from './index.ts';

const seeds = Array.from({ length: 50 }, (_, seed) => seed);

const printed = ({ rows }: ReceiptContent): string[] =>
  rows.flatMap((row) => (row.kind === 'text' ? row.cells.map((cell) => cell.text.trim()) : []));

const cents = (amount: string | null | undefined): number => Math.round(Number(amount) * 100);

/** Whether some cell ends with the amount, in the layout's decimal mark. */
function isPrinted(texts: string[], amount: string | null | undefined, layout: LayoutName): boolean {
  const mark = layout === 'kassenbon-de' ? ',' : '.';
  const wanted = (amount ?? '').replace('.', mark);
  return texts.some((text) => text.replace(/ [AB]$/, '').endsWith(wanted));
}

describe.each(layoutNames)('%s', (layout) => {
  const contents = seeds.map((seed) => layouts[layout](mulberry32(seed)));

  test('everything that the truth says is printed', () => {
    for (const content of contents) {
      const { fields } = content;
      const texts = printed(content);
      expect(texts).toContain(fields.merchant);
      expect(texts.join(', ')).toContain(fields.address);
      expect(texts.join(' ')).toContain(fields.paymentMethod);
      for (const amount of [fields.total, fields.tax, ...fields.items.map((item) => item.amount)]) {
        expect(isPrinted(texts, amount, layout), `${amount} in ${texts.join('|')}`).toBe(true);
      }
      for (const { description } of fields.items) {
        expect(texts.some((text) => text.endsWith(description))).toBe(true);
      }
    }
  });

  test('the sums are right to the cent', () => {
    for (const { fields } of contents) {
      const items = fields.items.reduce((sum, item) => sum + cents(item.amount), 0);
      expect(items).toBe(cents(fields.subtotal ?? fields.total));
      for (const { quantity, unitPrice, amount } of fields.items) {
        if (unitPrice !== null) expect(Number(quantity) * cents(unitPrice)).toBe(cents(amount));
      }
      expect(cents(fields.total)).toBeGreaterThanOrEqual(items);
      expect(cents(fields.tax)).toBeLessThan(items);
    }
  });

  test('values are written as in an OCR result', () => {
    for (const { fields } of contents) {
      const { items: _items, ...values } = fields;
      expect(RECEIPT_FIELDS.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(values)));
      for (const { name, always } of RECEIPT_FIELDS) if (always) expect(values).toHaveProperty(name);
      expect(new Date(`${fields.date}T${fields.time}:00Z`).toISOString()).toContain(
        `${fields.date}T${fields.time}`,
      );
      expect(fields.currency).toMatch(/^[A-Z]{3}$/);
      for (const amount of [fields.total, fields.tax]) expect(amount).toMatch(/^\d+\.\d\d$/);
    }
  });

  test('the seed decides what was bought', () => {
    expect(layouts[layout](mulberry32(9))).toEqual(layouts[layout](mulberry32(9)));
    expect(new Set(contents.map(({ fields }) => JSON.stringify(fields))).size).toBe(seeds.length);
  });
});
