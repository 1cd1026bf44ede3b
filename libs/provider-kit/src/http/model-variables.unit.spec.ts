import { expect, test } from 'vitest';
import { z } from 'zod';
import { modelVariables } from './model-variables.ts';
import { costOf } from './prices.ts';

test('a model of another name than the one that was asked costs what that one does, so that budgets count it', () => {
  const prices = { 'acme-1': { pages: '1/1000' } };
  const variables = modelVariables('ACME', {
    ...{ keysAt: '', model: 'acme-1', baseUrl: 'http://localhost', prices },
  });
  const { access } = variables.of(z.object(variables.config).parse({ ACME_API_KEY: 'key' }));
  expect(costOf(access.prices, 'acme-1-2026', { pages: 5 })?.amount).toBe('0.005');
  expect(costOf(access.prices, 'nova', { pages: 5 })?.amount).toBe('0.005');
});
