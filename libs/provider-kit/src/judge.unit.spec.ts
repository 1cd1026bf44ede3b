import { type OcrPage, type Receipt, receiptSchema } from '@inkstream/contracts';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { shortcomingsOf } from './judge.ts';

const policy = { fields: ['total', 'date', 'merchant'], confidence: 0.8 };
type Fields = Readonly<
  Record<string, { value: string; confidence?: number; checks?: object[] } | string | null>
>;
const good: Fields = { total: '5.00', date: '2026-11-24', merchant: 'ACME' };

const receiptOf = (fields: Fields): Receipt =>
  receiptSchema.parse({
    pages: [1],
    ...Object.fromEntries(
      Object.entries(fields).map(([name, one]) => [name, typeof one === 'string' ? { value: one } : one]),
    ),
  });
const page: OcrPage = { number: 1, width: 1, height: 1, rotation: 0, lines: [] };
const judge = (...receipts: Fields[]) =>
  shortcomingsOf({ pages: [page], receipts: receipts.map(receiptOf) }, policy);

describe('a reading', () => {
  test.each<[string, Fields, object[]]>([
    ['with all fields, of a provider that does not say how sure it is', good, []],
    ['as sure as wanted', { ...good, total: { value: '5.00', confidence: 0.8 } }, []],
    [
      'less sure',
      { ...good, total: { value: '5.00', confidence: 0.79 } },
      [{ reason: 'unsure', field: 'total', confidence: 0.79 }],
    ],
    ['without a field', { ...good, date: null }, [{ reason: 'missing', field: 'date' }]],
    [
      'with a field that failed a check, however sure',
      { ...good, merchant: { value: 'ACME', confidence: 1, checks: [{ code: 'in_text', passed: false }] } },
      [{ reason: 'check_failed', field: 'merchant', check: 'in_text' }],
    ],
    [
      'that passed its checks',
      { ...good, merchant: { value: 'ACME', checks: [{ code: 'in_text', passed: true }] } },
      [],
    ],
    [
      'whose amounts do not add up, though no provider looked',
      { ...good, subtotal: '3.00', tax: '1.00' },
      [{ reason: 'check_failed', field: 'total', check: 'sums' }],
    ],
    ['whose amounts add up', { ...good, subtotal: '4.00', tax: '1.00' }, []],
    ['that lacks what the policy does not ask for', { ...good, time: null, tax: null }, []],
  ])('%s', (_what, fields, expected) => expect(judge(fields)).toEqual(expected));

  it('is judged by all of its receipts, and has none of the fields if it has no receipt', () => {
    expect(judge(good, { ...good, total: null })).toEqual([{ reason: 'missing', field: 'total' }]);
    expect(judge()).toEqual(policy.fields.map((field) => ({ reason: 'missing', field })));
  });

  it('lacks pages that were not read', () => {
    const error = { code: 'timeout', message: '' } as const;
    const result = { pages: [page, { ...page, number: 2, error }], receipts: [receiptOf(good)] };
    expect(shortcomingsOf(result, policy)).toEqual([{ reason: 'pages_not_read' }]);
  });

  it('has no field of a name that nobody knows', () =>
    expect(
      shortcomingsOf({ pages: [page], receipts: [receiptOf(good)] }, { ...policy, fields: ['toString'] }),
    ).toEqual([{ reason: 'missing', field: 'toString' }]));
});

const confidence = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined });
const anyField = fc.option(
  fc.record({
    value: fc.constantFrom('1.00', '2.00', '3.00', 'x'),
    confidence,
    checks: fc.array(fc.record({ code: fc.constantFrom('in_text', 'rules'), passed: fc.boolean() }), {
      maxLength: 2,
    }),
  }),
  { nil: null },
);
const anyReceipt = fc
  .record({ total: anyField, subtotal: anyField, tax: anyField, date: anyField, merchant: anyField })
  .map((fields) => receiptOf(JSON.parse(JSON.stringify(fields))));

test('whatever is read: a field has one shortcoming at most, a lower threshold never adds one, and twice is the same', () => {
  fc.assert(
    fc.property(anyReceipt, fc.double({ min: 0, max: 1, noNaN: true }), (receipt, threshold) => {
      const at = (confidence: number) =>
        shortcomingsOf({ pages: [page], receipts: [receipt] }, { ...policy, confidence });
      const found = at(threshold);
      const fields = found.map(({ field }) => field);
      expect(new Set(fields).size).toBe(fields.length);
      expect(at(threshold)).toEqual(found);
      expect(at(threshold / 2).length).toBeLessThanOrEqual(found.length);
      expect(at(0).some(({ reason }) => reason === 'unsure')).toBe(false);
    }),
  );
});
