import type { Cost } from '@inkstream/domain';
import { type EventStore, EventStoreUnavailableError } from '@inkstream/event-store';
import { silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Harness, openHarness } from '../spec-support/harness.ts';
import { Spending, spendingStream } from './spending.ts';

const usd = (amount: string): Cost => ({ amount, currency: 'USD' });
const NOON = Date.parse('2026-11-30T12:00:00Z');

let harness: Harness;
let now: number;
let open: Spending[];
beforeEach(async () => {
  harness = await openHarness();
  now = NOON;
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((spending) => spending.close()));
  await harness.close();
});

type Store = Pick<EventStore, 'append' | 'read'>;
const replica = (budget?: string, store: Store = harness.eventStore) => {
  const spending = new Spending({
    store,
    provider: 'acme',
    budget: budget === undefined ? undefined : usd(budget),
    now: async () => now,
    log: silentLogger(),
  });
  open.push(spending);
  return spending;
};
const spend = async (spending: Spending, amount: string) => {
  spending.add({ cost: usd(amount) });
  await spending.settled();
};
const written = async (day = '2026-11-30') => {
  const events = await Array.fromAsync(harness.eventStore.read(spendingStream('acme', day)));
  return events.map(({ data }) => data);
};

describe('what a provider spends in a day', () => {
  it('is known to each of its replicas, and to one that starts later', async () => {
    const [a, b] = [replica('1'), replica('1')];
    await spend(a, '0.3');
    await spend(b, '0.3');
    expect([await a.fault(), await b.fault()]).toEqual([null, null]);
    await spend(a, '0.4');
    for (const spending of [a, b, replica('1')])
      expect(await spending.fault()).toMatchObject({ code: 'credit_exhausted', pause: 'budget_spent' });
    expect(await replica('1.01').fault()).toBeNull();
    await expect(b.assertLeft()).rejects.toThrow('The budget of 1 USD for today is spent');
  });

  it('is exact, however many spend at once', async () => {
    const replicas = [replica(), replica(), replica()];
    for (let n = 0; n < 60; n++) replicas[n % 3]?.add({ cost: usd('0.01') });
    await Promise.all(replicas.map((spending) => spending.settled()));
    expect((await written()).at(-1)).toMatchObject({ total: usd('0.6') });
  });

  it('counts here before it is written, and only what has a cost', async () => {
    const spending = replica('1');
    spending.add({ usage: { pages: 1 } });
    expect(spending.today).toBeNull();
    spending.add({ cost: usd('1') });
    expect(spending.today).toEqual(usd('1'));
  });

  it('begins anew at midnight UTC', async () => {
    const spending = replica('1');
    await spend(spending, '1');
    now = Date.parse('2026-11-30T23:59:59.999Z');
    expect(await spending.fault()).not.toBeNull();
    now++;
    expect([await spending.fault(), spending.today]).toEqual([null, null]);
    await spend(spending, '0.5');
    expect(await written('2026-12-01')).toEqual([{ cost: usd('0.5'), total: usd('0.5') }]);
    expect(await replica('0.5').fault()).not.toBeNull();
  });
});

describe('while the event store is away', () => {
  const away = new EventStoreUnavailableError('away');

  it('a provider goes by what it knows, and writes once the store is back', async () => {
    let isAway = true;
    const store: Store = {
      append: (...args) => (isAway ? Promise.reject(away) : harness.eventStore.append(...args)),
      read: (...args) => {
        if (isAway) throw away;
        return harness.eventStore.read(...args);
      },
    };
    const spending = replica('1', store);
    expect(await spending.fault()).toBeNull();
    spending.add({ cost: usd('0.6') });
    spending.add({ cost: usd('0.4') });
    expect(await spending.fault()).toMatchObject({ pause: 'budget_spent' });
    await spending.settled();
    expect(await written()).toEqual([]);
    isAway = false;
    await vi.waitFor(async () => expect((await written()).at(-1)).toMatchObject({ total: usd('1') }), 5_000);
    expect(spending.today).toEqual(usd('1'));
  });

  it('counts once what was written though the store did not say so, and others wrote since', async () => {
    let lost = 1;
    const other = replica();
    const store: Store = {
      read: (...args) => harness.eventStore.read(...args),
      async append(...args) {
        const appended = await harness.eventStore.append(...args);
        if (lost-- <= 0) return appended;
        await spend(other, '0.2');
        throw away;
      },
    };
    const spending = replica('9', store);
    spending.add({ cost: usd('0.1') });
    // It reads its own cost in what is there, before it knows that it was written.
    await vi.waitFor(() => expect(lost).toBe(0), 5_000);
    await spending.fault();
    await vi.waitFor(async () => {
      await spending.fault();
      expect(spending.today).toEqual(usd('0.3'));
    }, 5_000);
    await spend(spending, '0.05');
    expect((await written()).map(({ total }) => total)).toEqual([usd('0.1'), usd('0.3'), usd('0.35')]);
  });
});
