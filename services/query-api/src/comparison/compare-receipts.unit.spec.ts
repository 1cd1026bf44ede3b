import { receiptComparisonSchema, receiptSchema } from '@inkstream/contracts';
import { describe, expect, it } from 'vitest';
import { compareReceipts } from './compare-receipts.ts';

type Value = string | { readonly value: string; readonly confidence?: number; readonly checks?: object[] };
/** What a provider made of a receipt: fields by name, items as `Tea 4.50`, with one confidence for all of it. */
interface Reading {
  readonly fields?: Readonly<Record<string, Value>>;
  readonly items?: readonly string[];
  readonly discounts?: readonly string[];
  /** As `6 4.86`: rate and amount. */
  readonly taxes?: readonly string[];
  readonly confidence?: number;
}

const sourceOf = (
  ocrProvider: string,
  { fields = {}, items = [], discounts, taxes, confidence }: Reading,
  at: number,
) => {
  const sure = confidence === undefined ? {} : { confidence };
  const known = Object.entries(fields).map(([name, value]) => [
    name,
    { ...sure, ...(typeof value === 'string' ? { value } : value) },
  ]);
  return {
    executionId: at + 1,
    ocrProvider,
    receipt: receiptSchema.parse({
      pages: [1],
      ...Object.fromEntries(known),
      items: items.map((item) => ({
        description: item.replace(/ \S+$/, ''),
        amount: /[\d.]+$/.exec(item)?.[0] ?? null,
        ...sure,
      })),
      ...(discounts && { discounts: discounts.map((amount) => ({ amount, ...sure })) }),
      ...(taxes && {
        taxes: taxes
          .map((tax) => tax.split(' '))
          .map(([rate, amount]) => ({ rate, ...(amount && { amount }), ...sure })),
      }),
    }),
  };
};

const compare = (readings: Readonly<Record<string, Reading>>) => {
  const sources = Object.entries(readings).map(([name, reading], at) => sourceOf(name, reading, at));
  return receiptComparisonSchema.parse(compareReceipts(sources));
};
/** What is said of one field. */
const compared = (name: string, readings: Readonly<Record<string, Reading>>) => {
  const field = compare(readings).fields.find((one) => one.name === name);
  if (!field) throw new Error(`Nothing is said of ${name}`);
  return field;
};
const said = (value: Value, confidence?: number): Reading => ({
  fields: { merchant: value },
  ...(confidence !== undefined && { confidence }),
});

describe('a field', () => {
  it('that all agree on is surer than each of them, and says who wrote it how', () => {
    const field = compared('merchant', { a: said('ACME Café', 0.9), b: said('Acme  café', 0.8) });
    expect(field).toMatchObject({
      name: 'merchant',
      title: 'Merchant',
      differs: false,
      values: [
        {
          value: 'ACME Café',
          by: [
            { executionId: 1, ocrProvider: 'a', value: 'ACME Café', confidence: 0.9 },
            { executionId: 2, ocrProvider: 'b', value: 'Acme  café', confidence: 0.8 },
          ],
        },
      ],
      consensus: { value: 'ACME Café', providers: ['a', 'b'], checks: [] },
    });
    expect(field.consensus?.probability).toBeGreaterThan(0.95);
  });

  it('of one provider alone is believed as it trusts itself; one that does not say how far, by 0.8', () => {
    expect(compared('merchant', { a: said('ACME', 0.6) }).consensus?.probability).toBe(0.6);
    expect(compared('merchant', { a: said('ACME') }).consensus?.probability).toBe(0.8);
    expect(compared('merchant', { a: said('ACME') }).values[0]?.by[0]).not.toHaveProperty('confidence');
    const doubted = { value: 'ACME', checks: [{ code: 'in_text', passed: false }] };
    expect(compared('merchant', { a: said(doubted, 0.8) }).values[0]?.probability).toBe(0.4);
  });

  it('on which two outweigh a surer third is theirs, and the third is shown', () => {
    const field = compared('merchant', { a: said('ACNE', 0.95), b: said('ACME', 0.8), c: said('Acme', 0.8) });
    expect(field.differs).toBe(true);
    expect(field.consensus).toMatchObject({ value: 'ACME', providers: ['b', 'c'] });
    expect(field.values.map(({ value, by }) => [value, by.map(({ ocrProvider }) => ocrProvider)])).toEqual([
      ['ACME', ['b', 'c']],
      ['ACNE', ['a']],
    ]);
    const sum = field.values.reduce((all, { probability }) => all + probability, 0);
    expect(sum).toBeGreaterThan(0.9);
    expect(sum).toBeLessThanOrEqual(1);
  });

  it('on which two equals differ has no consensus, nor has one that its provider doubts', () => {
    expect(compared('merchant', { a: said('ACME', 0.9), b: said('ACNE', 0.9) }).consensus).toBeNull();
    expect(compared('merchant', { a: said('ACME', 0.4) }).consensus).toBeNull();
  });

  it.each([
    ['total', '85.8', '85.80'],
    ['total', '-3.00', '-3'],
    ['time', '18:05', '18:05:09'],
    ['phone', '+60 3-1234 567', '+6031234567'],
    ['taxId', 'DE 123.456', 'de123456'],
    ['currency', 'EUR', 'eur'],
    ['address', '1, High Street', '1 High Street'],
  ])('%s is the same as %s and as %s', (name, one, other) => {
    const readings = { a: { fields: { [name]: one } }, b: { fields: { [name]: other } } };
    expect(compared(name, readings).differs).toBe(false);
  });

  it.each([
    ['total', '85.80', '58.80'],
    ['total', '3.00', '-3.00'],
    ['date', '2026-11-24', '2026-11-25'],
    ['time', '18:05', '18:06'],
    ['merchant', 'Äcme', 'Acme'],
    ['cardLast4', '1234', '1243'],
  ])('%s is another one by %s and by %s', (name, one, other) => {
    const readings = { a: { fields: { [name]: one } }, b: { fields: { [name]: other } } };
    expect(compared(name, readings).differs).toBe(true);
  });

  it('that nobody knows is left out', () => {
    expect(compare({ a: {}, b: said('ACME') }).fields.map(({ name }) => name)).toEqual(['merchant']);
    expect(compare({ a: {} })).toEqual({ fields: [], items: null, taxes: null, discounts: null });
    expect(compare({})).toEqual({ fields: [], items: null, taxes: null, discounts: null });
  });
});

describe('arithmetic', () => {
  const right = { subtotal: '80.99', tax: '4.86', total: '85.85' };

  it('decides for the total to which subtotal and tax add up, though another is said more surely', () => {
    const readings = {
      a: { fields: { total: '88.85' }, confidence: 0.95 },
      b: { fields: right, confidence: 0.7 },
    };
    const total = compared('total', readings);
    expect(total.consensus).toMatchObject({
      value: '85.85',
      providers: ['b'],
      checks: [{ code: 'subtotal_plus_tax', passed: true, equation: '80.99 + 4.86 = 85.85' }],
    });
    const { tax: _, ...unproved } = right;
    expect(
      compared('total', { ...readings, b: { fields: unproved, confidence: 0.7 } }).consensus?.value,
    ).toBe('88.85');
  });

  it('decides between amounts of different providers, each of which is wrong in one', () => {
    const { fields } = compare({
      a: { fields: { ...right, subtotal: '30.99' }, confidence: 0.8 },
      b: { fields: { ...right, tax: '4.36' }, confidence: 0.8 },
      c: { fields: { ...right, total: '35.85' }, confidence: 0.8 },
    });
    expect(fields.map(({ name, consensus }) => [name, consensus?.value])).toEqual([
      ['subtotal', '80.99'],
      ['tax', '4.86'],
      ['total', '85.85'],
    ]);
  });

  it('says so if what all agree on does not add up, and leaves it as it is', () => {
    const wrong = { fields: { ...right, total: '85.55' }, confidence: 0.9 };
    expect(compared('total', { a: wrong, b: wrong }).consensus).toMatchObject({
      value: '85.55',
      checks: [{ code: 'subtotal_plus_tax', passed: false, equation: '80.99 + 4.86 ≠ 85.55' }],
    });
  });

  it('takes a tip into account, and tax that is included', () => {
    const tipped = { fields: { ...right, tip: '10.00', total: '95.85' }, confidence: 0.9 };
    expect(compared('total', { a: tipped }).consensus?.checks).toEqual([
      { code: 'subtotal_plus_tax', passed: true, equation: '80.99 + 4.86 + 10.00 = 95.85' },
    ]);
    const included = { fields: { subtotal: '85.85', tax: '4.86', total: '85.85' }, confidence: 0.9 };
    expect(compared('total', { a: included }).consensus?.checks).toEqual([]);
  });

  it('is exact, to thousandths', () => {
    const dinars = { fields: { subtotal: '0.105', tax: '0.2', total: '0.305' } };
    expect(compared('total', { a: dinars }).consensus?.checks).toEqual([
      { code: 'subtotal_plus_tax', passed: true, equation: '0.105 + 0.20 = 0.305' },
    ]);
  });
});

describe('items', () => {
  const total = { total: '7.50' };

  it('are one list if their amounts are the same, however they are spelled and ordered', () => {
    const { items } = compare({
      a: { items: ['Tea 3.00', 'Cake 4.50'], confidence: 0.7 },
      b: { items: ['CAKE 4.5', 'Tee 3.00'], confidence: 0.9 },
    });
    expect(items).toMatchObject({
      differs: false,
      lists: [{ items: 2, sum: '7.50', lacks: [], adds: [] }],
      consensus: {
        items: [{ description: 'CAKE', amount: '4.5' }, { description: 'Tee' }],
        providers: ['b', 'a'],
      },
    });
  });

  it('that add up to the total win over those that are surer, and differences are named', () => {
    const { items, fields } = compare({
      a: { fields: total, items: ['Tea 3.00', 'Cake 4.60', 'Bag 0.10'], confidence: 0.95 },
      b: { fields: total, items: ['Tea 3.00', 'Cake 4.50'], confidence: 0.7 },
    });
    expect(items).toMatchObject({
      differs: true,
      lists: [
        { sum: '7.50', by: [{ executionId: 2, ocrProvider: 'b' }], lacks: [], adds: [] },
        {
          sum: '7.70',
          by: [{ executionId: 1, ocrProvider: 'a' }],
          lacks: [{ description: 'Cake', amount: '4.50' }],
          adds: [
            { description: 'Cake', amount: '4.60' },
            { description: 'Bag', amount: '0.10' },
          ],
        },
      ],
      consensus: {
        providers: ['b'],
        checks: [{ code: 'items_add_up', passed: true, equation: 'items 7.50 = 7.50' }],
      },
    });
    expect(fields[0]?.consensus?.checks).toEqual([
      { code: 'items_add_up', passed: true, equation: 'items 7.50 = 7.50' },
    ]);
  });

  it('may come to the total less discounts, and an unknown amount adds up to nothing', () => {
    const { items } = compare({
      a: { fields: total, items: ['Tea 3.00', 'Cake 5.50'], discounts: ['1.00'] },
    });
    expect(items?.consensus?.checks).toEqual([
      { code: 'items_add_up', passed: true, equation: 'items 7.50 = 7.50' },
    ]);
    const unknown = compare({ a: { fields: total, items: ['Tea 3.00', 'Cake for two'] } }).items;
    expect(unknown).toMatchObject({ lists: [{ items: 2, sum: null }], consensus: { checks: [] } });
  });
});

describe('taxes and discounts', () => {
  it('are one list each if their amounts are the same, in whatever order, sign and detail', () => {
    const { taxes, discounts } = compare({
      a: { taxes: ['6 4.86', '10 1.00'], discounts: ['-2.00'], confidence: 0.7 },
      b: { taxes: ['10.0 1.0', '6 4.86'], discounts: ['2.0'], confidence: 0.9 },
      c: {},
    });
    expect(taxes).toMatchObject({
      differs: false,
      lists: [{ entries: 2, sum: '5.86', by: [{ ocrProvider: 'b', confidence: 0.9 }, { ocrProvider: 'a' }] }],
      consensus: { entries: [{ rate: '10.0', amount: '1.0' }, { amount: '4.86' }], providers: ['b', 'a'] },
    });
    expect(discounts).toMatchObject({
      differs: false,
      lists: [{ entries: 1, sum: '2.00', lacks: [], adds: [] }],
      consensus: { entries: [{ amount: '2.0' }], providers: ['b', 'a'] },
    });
  });

  it('that differ say what each list lacks and adds, and those that two agree on win', () => {
    const { taxes } = compare({
      a: { taxes: ['6 4.86'], confidence: 0.95 },
      b: { taxes: ['6 4.36', '0 0.00'], confidence: 0.9 },
      c: { taxes: ['0 0.00', '6 4.36'], confidence: 0.9 },
    });
    expect(taxes).toMatchObject({
      differs: true,
      lists: [
        { entries: 2, sum: '4.36' },
        {
          entries: 1,
          by: [{ executionId: 1 }],
          lacks: [{ rate: '6', amount: '4.36' }, { rate: '0' }],
          adds: [{ rate: '6', amount: '4.86' }],
        },
      ],
      consensus: { providers: ['b', 'c'] },
    });
  });

  it('without an amount are told apart by their rates', () => {
    const { taxes } = compare({ a: { taxes: ['6'] }, b: { taxes: ['6.00'] }, c: { taxes: ['8'] } });
    expect(taxes?.lists).toMatchObject([{ sum: null, by: [{}, {}] }, { by: [{ ocrProvider: 'c' }] }]);
  });
});

it('compares as many providers as there may be at once, all of which differ', () => {
  const readings = Object.fromEntries(
    Array.from({ length: 200 }, (_, n) => [
      `p${n}`,
      {
        fields: { subtotal: `${n}.00`, tax: `${n}.10`, total: `${n}.20`, merchant: `M${n}` },
        items: [`Tea ${n}.00`],
        confidence: 0.9,
      },
    ]),
  );
  const { fields, items } = compare(readings);
  expect(fields.map(({ consensus }) => consensus)).toEqual([null, null, null, null]);
  // Each is shown with what it says, however many there are, and no probability is counted twice.
  const all = [...fields.map(({ values }) => values), items?.lists ?? []];
  expect(all.map(({ length }) => length)).toEqual([200, 200, 200, 200, 200]);
  for (const values of all)
    expect(values.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThanOrEqual(1.01);
});
