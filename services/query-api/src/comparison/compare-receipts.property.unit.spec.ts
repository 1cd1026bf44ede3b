import { receiptComparisonSchema, receiptSchema } from '@inkstream/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareReceipts } from './compare-receipts.ts';
import type { Source } from './said.ts';
import { meaningOf } from './values.ts';

const confidence = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined });
/** Few values, so that providers agree, differ, and add up by chance; and some that are no amounts at all. */
const amount = fc.constantFrom('0', '1.00', '2', '3.00', '4.5', '-1.00', '', 'x', '1e3', '9'.repeat(40));
const fieldOf = (value: fc.Arbitrary<string>) =>
  fc.option(
    fc
      .record({ value, confidence, checks: fc.array(fc.record({ code: fc.string(), passed: fc.boolean() })) })
      .map(({ confidence: sure, ...field }) => ({
        ...field,
        ...(sure !== undefined && { confidence: sure }),
      })),
    { nil: null },
  );
const receipt = fc
  .record({
    merchant: fieldOf(fc.string({ unit: 'grapheme', maxLength: 4 })),
    subtotal: fieldOf(amount),
    tax: fieldOf(amount),
    total: fieldOf(amount),
    items: fc.array(fc.record({ description: fc.string({ maxLength: 3 }), amount }), { maxLength: 3 }),
  })
  .map((found) => receiptSchema.parse({ pages: [1], ...found }));
const sources = fc
  .array(receipt, { maxLength: 13 })
  .map((receipts) =>
    receipts.map((one, at): Source => ({ executionId: at + 1, ocrProvider: `p${at}`, receipt: one })),
  );

/** How probable each meaning of each field is, and each sum of the items. */
function probabilities(of: readonly Source[]): Record<string, number> {
  const { fields, items } = compareReceipts(of);
  const values = fields.flatMap(({ name, values: said }) =>
    said.map(({ value, probability }) => [`${name} ${meaningOf(name as 'total', value)}`, probability]),
  );
  const lists = (items?.lists ?? []).map(({ by, probability }) => [
    `items ${by.map(({ ocrProvider }) => ocrProvider).toSorted()}`,
    probability,
  ]);
  return Object.fromEntries([...values, ...lists]);
}

test('whatever providers say, each of them is shown once in each field, and no probability is counted twice', () => {
  fc.assert(
    fc.property(sources, (of) => {
      const { fields, items } = receiptComparisonSchema.parse(compareReceipts(of));
      for (const { name, values, consensus } of fields) {
        const saying = of.filter(({ receipt: one }) => one[name as 'total'] !== null);
        expect(values.flatMap(({ by }) => by)).toHaveLength(saying.length);
        expect(values.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThan(1.001);
        if (consensus) expect(consensus.value).toBe(values[0]?.value);
      }
      const listing = of.filter(({ receipt: one }) => one.items.length > 0);
      expect(items?.lists.flatMap(({ by }) => by) ?? []).toHaveLength(listing.length);
    }),
  );
});

test('the order of the providers changes nothing of what is probable', () => {
  fc.assert(
    fc.property(sources, (of) => {
      const [one, other] = [probabilities(of), probabilities(of.toReversed())];
      expect(Object.keys(other).toSorted()).toEqual(Object.keys(one).toSorted());
      for (const [name, probability] of Object.entries(one)) expect(other[name]).toBeCloseTo(probability, 3);
    }),
  );
});
