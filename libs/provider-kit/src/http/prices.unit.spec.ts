import { ConfigError, readConfig } from '@inkstream/service-kit';
import { expect, test } from 'vitest';
import { chargeOf, costOf, prices } from './prices.ts';

const known = { 'gpt-6-luna': { inputTokens: '0.10/1000000', outputTokens: '0.50/1000000' } };
const read = (text?: string) => readConfig({ ACME_PRICES: prices(known) }, { ACME_PRICES: text }).ACME_PRICES;

test('tokens cost what the table says, exactly', () => {
  expect(costOf(read(), 'gpt-6-luna', { inputTokens: 1_000, outputTokens: 500 })).toEqual({
    currency: 'USD',
    amount: '0.00035',
  });
  expect(costOf(read(), 'gpt-6-luna', { inputTokens: 1 })?.amount).toBe('0.0000001');
});

test('pages too, and a part of the smallest unit counts whole', () => {
  const table = read('{"acme": {"pages": "5/1000"}, "third": {"pages": "1/3"}}');
  expect(costOf(table, 'acme', { pages: 3 })?.amount).toBe('0.015');
  expect(costOf(table, 'third', { pages: 1 })?.amount).toBe('0.333333333334');
  expect(costOf(table, 'acme', { pages: 200_000 })?.amount).toBe('1000');
  expect(costOf(table, 'acme', {})?.amount).toBe('0');
});

test('a dated model has the price of its name, the longest name counts, the empty one is for all', () => {
  const table = read('{"": {"pages": "9/1"}, "gpt": {"pages": "1/1"}, "gpt-6": {"pages": "2/1"}}');
  const amount = (model: string) => costOf(table, model, { pages: 1 })?.amount;
  expect([amount('gpt-6-2026-08-01'), amount('gpt-5'), amount('other')]).toEqual(['2', '1', '9']);
  expect(costOf(table, 'gpt-6-luna', { inputTokens: 10, outputTokens: 0 })?.amount).toBe('0.000001');
});

test('a model without a price, or with a unit that has none, has no cost', () => {
  expect(costOf(read(), 'gpt-6-luna', { inputTokens: 1, pages: 1 })).toBeUndefined();
  expect(costOf(read(), 'other', { pages: 1 })).toBeUndefined();
});

test.each([-5, Number.POSITIVE_INFINITY, 1e300, Number.NaN, '50', null])(
  '%s tokens are none that a vendor counted',
  (tokens) => {
    const usage = JSON.parse(JSON.stringify({ inputTokens: 'here', outputTokens: 2 }), (_, value) =>
      value === 'here' ? tokens : value,
    );
    expect(chargeOf(read(), 'gpt-6-luna', usage)).toEqual({
      usage: { outputTokens: 2 },
      cost: { currency: 'USD', amount: '0.000001' },
    });
  },
);

test.each([
  'none',
  '{"m": {"pages": 5}}',
  '{"m": {"pages": "5"}}',
  '{"m": {"pages": "5/0"}}',
  '{"m": {"seconds": "5/1"}}',
  '[]',
])('the table %s is refused', (text) => {
  expect(() => read(text)).toThrow(ConfigError);
  expect(() => read(text)).toThrow(/ACME_PRICES: (must be|Unrecognized key)/);
});
