import { describe, expect, it } from 'vitest';
import { ProviderError } from '../provider-error.ts';
import { Purse } from './purse.ts';

const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('a purse', () => {
  it('counts what answers and errors say, an error once however often it is caught, and tells of each at once', () => {
    const told: unknown[] = [];
    const purse = new Purse({ onSpent: (spent) => told.push(spent) });
    const answer = { lines: [], usage: { pages: 1 }, cost: usd('0.01') };
    const error = new ProviderError('invalid_result', 'no JSON', undefined, { spent: { cost: usd('0.02') } });
    purse.spend(answer);
    purse.spendOn(error);
    purse.spendOn(error);
    purse.spendOn(new ProviderError('timeout', 'no answer'));
    purse.spendOn(new TypeError('x'));
    expect(purse.spent).toEqual({ usage: { pages: 1 }, cost: usd('0.03') });
    expect(told).toEqual([{ usage: { pages: 1 }, cost: usd('0.01') }, { cost: usd('0.02') }]);
  });

  it.each([
    { usage: { inputTokens: Number.NaN } },
    { usage: { pages: null } },
    { cost: { amount: 3, currency: 'EUR' } },
    { usage: 'much', cost: null },
    {},
  ])('leaves out of what a provider charged what no event may hold: %j', (charge) => {
    const purse = new Purse();
    purse.spend(charge as never);
    expect(purse.spent).toEqual({});
  });

  it('is empty once all attempts together have cost what the execution may cost', async () => {
    const purse = new Purse({ before: { cost: usd('0.4') }, maxCost: usd('0.5') });
    await purse.afford();
    purse.spend({ cost: usd('0.1') });
    expect(purse.empty).toBe(true);
    await expect(purse.afford()).rejects.toThrow('one document may cost 0.5 USD at most');
    expect(new Purse({ before: { cost: usd('9') } }).empty).toBe(false);
  });
});
