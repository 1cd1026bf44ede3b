import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ByteBudget } from './byte-budget.ts';

const busy = { name: 'ObjectStoreBusyError', transient: true, busy: true };

/** Takes, and tells in `order` when it was served. */
const takeAs = (budget: ByteBudget, order: string[], name: string, bytes: number, holder?: string) =>
  budget.take(bytes, { holder }).then((release) => {
    order.push(name);
    return release;
  });

describe('a budget of bytes', () => {
  it('never grants more than there is, and serves those who wait in order', async () => {
    const budget = new ByteBudget({ bytes: 100 });
    const order: string[] = [];
    const first = await takeAs(budget, order, 'first', 60);
    const large = takeAs(budget, order, 'large', 50);
    const small = takeAs(budget, order, 'small', 10);
    await sleep(20);
    expect([order, budget.held], 'a small one does not overtake').toEqual([['first'], 60]);
    first();
    first();
    const [releaseLarge, releaseSmall] = await Promise.all([large, small]);
    expect([order, budget.held]).toEqual([['first', 'large', 'small'], 60]);
    releaseLarge();
    releaseSmall();
    expect(budget.held).toBe(0);
  });

  it('grants all that there is to whoever wants more', async () => {
    const budget = new ByteBudget({ bytes: 100 });
    const release = await budget.take(1_000);
    expect(budget.held).toBe(100);
    release();
    expect(budget.held).toBe(0);
  });

  it('gives one holder half of it, and passes over whoever waits for a share', async () => {
    const budget = new ByteBudget({ bytes: 100 });
    const order: string[] = [];
    const releases = [await takeAs(budget, order, 'a1', 30, 'a'), await takeAs(budget, order, 'a2', 20, 'a')];
    const third = takeAs(budget, order, 'a3', 10, 'a');
    releases.push(await takeAs(budget, order, 'b', 1_000, 'b'));
    expect([order, budget.held]).toEqual([['a1', 'a2', 'b'], 100]);
    releases.shift()?.();
    (await third)();
    for (const release of releases) release();
    expect(budget.held).toBe(0);
  });

  it('rejects whoever waited too long as busy, and holds no place for it', async () => {
    const budget = new ByteBudget({ bytes: 100, waitMs: 30 });
    const release = await budget.take(80);
    const [large, small] = await Promise.allSettled([budget.take(90), sleep(15).then(() => budget.take(20))]);
    expect(large).toMatchObject({ status: 'rejected', reason: busy });
    expect(small.status, 'the one behind it needed less').toBe('fulfilled');
    release();
    expect(budget.held).toBe(20);
  });

  it('ends a wait when its signal aborts, and lets no more wait than it may', async () => {
    const budget = new ByteBudget({ bytes: 100, mostWaiting: 1 });
    const release = await budget.take(100);
    const controller = new AbortController();
    const waiting = budget.take(1, { signal: controller.signal });
    await expect(budget.take(1)).rejects.toMatchObject(busy);
    const reason = new Error('the client left');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    release();
    expect(budget.held).toBe(0);
  });
});
