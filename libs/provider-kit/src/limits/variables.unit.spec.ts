import { readConfig } from '@inkstream/service-kit';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { prices } from '../http/prices.ts';
import { limitVariables } from './variables.ts';

const limits = limitVariables('ACME');
const read = (env: Readonly<Record<string, string>>, known = {}) =>
  limits.of(
    readConfig(
      { ...limits.config, ACME_MODEL: z.string().optional(), ACME_PRICES: prices(known) },
      { ...env },
    ),
  );

it.each(['0', '0.000', '-1', 'lots', '1,5'])('a budget of %s is refused in one sentence', (text) => {
  const refused =
    /^[^\n]*\n {2}ACME_DAILY_BUDGET_USD: must be US dollars such as 20 or 0.05, more than 0 [^\n]*$/;
  expect(() => read({ ACME_DAILY_BUDGET_USD: text })).toThrow(refused);
});

it.each(['20', '0.05', '10.5'])('a budget of %s is taken', (amount) => {
  const { budget } = read({ ACME_DAILY_BUDGET_USD: amount }, { '': { pages: '4/1000' } });
  expect(budget.dailyBudget).toEqual({ amount, currency: 'USD' });
});

it('a budget without a price is refused, since nothing would be counted', () => {
  expect(() => read({ ACME_DAILY_BUDGET_USD: '5' })).toThrow(
    'ACME_DAILY_BUDGET_USD: would limit nothing, ACME_PRICES has no price',
  );
  const known = { large: { pages: '4/1000' } };
  expect(() => read({ ACME_MAX_COST_USD: '5', ACME_MODEL: 'small-1' }, known)).toThrow(
    "ACME_MAX_COST_USD: would limit nothing, ACME_PRICES has no price of 'small-1'",
  );
  expect(read({ ACME_MAX_COST_USD: '5', ACME_MODEL: 'large-1' }, known).budget.maxCost?.amount).toBe('5');
  expect(read({ ACME_MODEL: 'small-1' }, known).budget.maxCost).toBeUndefined();
});
