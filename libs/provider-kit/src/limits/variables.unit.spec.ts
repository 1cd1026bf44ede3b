import { ConfigError } from '@inkstream/service-kit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { modelVariables } from '../http/model-variables.ts';
import { costOf } from '../http/prices.ts';
import { limitVariables } from './variables.ts';

const account = limitVariables('ACME');
const read = (env: NodeJS.ProcessEnv) => z.object(account.config).parse(env);
const prices = { 'acme-1': { pages: '1/1000' } };

test.each(['ACME_DAILY_BUDGET_USD', 'ACME_MAX_COST_USD'])(
  '%s is refused if nobody says what the model costs: it would never be reached',
  (budget) => {
    const values = read({ [budget]: '5' });
    for (const charged of [{ prices, model: 'acme-2' }, { prices: {} }]) {
      expect(() => account.of(values, charged)).toThrow(ConfigError);
      expect(() => account.of(values, charged)).toThrow(`${budget}: cannot be kept, since ACME_PRICES`);
      expect(account.of(read({}), charged).budget.dailyBudget).toBeUndefined();
    }
    for (const charged of [{ prices, model: 'acme-1-large' }, { prices }])
      expect(() => account.of(values, charged)).not.toThrow();
  },
);

test('a model of another name than the one that was asked costs what that one does, so that budgets count it', () => {
  const variables = modelVariables('ACME', {
    ...{ keysAt: '', model: 'acme-1', baseUrl: 'http://localhost', prices },
  });
  const values = z.object(variables.config).parse({ ACME_API_KEY: 'key', ACME_DAILY_BUDGET_USD: '5' });
  const { access } = variables.of(values);
  expect(costOf(access.prices, 'nova', { pages: 5 })?.amount).toBe('0.005');
});
