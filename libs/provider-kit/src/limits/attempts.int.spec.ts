import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { execution, type Harness, openHarness, wordsEngine } from '../spec-support/harness.ts';
import { limitVariables } from './variables.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

it('gives a document up after as many attempts as the operator allows, ACME_MAX_ATTEMPTS', async () => {
  const variables = limitVariables('ACME');
  const { budget } = variables.of(z.object(variables.config).parse({ ACME_MAX_ATTEMPTS: '2' }));
  const engine = wordsEngine(() => Promise.reject(new TypeError('always')));
  await harness.start({ ...budget, engine });
  expect(execution(await harness.final(await harness.request('apple')))).toMatchObject({
    status: 'failed',
    attempt: 2,
    error: { code: 'internal_error' },
  });
});
