import { beforeEach, describe, expect, it } from 'vitest';
import { ProviderError } from '../provider-error.ts';
import { type HandClock, handClock } from '../spec-support/hand-clock.ts';
import { scriptedVendor } from '../spec-support/scripted-vendor.ts';
import { type AccountLimits, Limiter } from './limiter.ts';

const MINUTE = 60_000;
const { signal } = new AbortController();
let clock: HandClock;
beforeEach(() => {
  clock = handClock();
});

const limiterOf = (limits: AccountLimits) =>
  new Limiter({ ...limits, clock: clock.now, startTimer: clock.startTimer, random: () => 1 });
const vendorOf = (limit: number, retryAfter = true, latencyMs = 2_000) =>
  scriptedVendor({
    limit,
    windowMs: MINUTE,
    now: clock.now,
    latency: () => clock.sleep(latencyMs),
    retryAfter,
  });
type Vendor = ReturnType<typeof vendorOf>;
/** Has so many calls made; counts those that fail. */
const make = (calls: number, limiter: Limiter, vendor: Vendor, tokens?: number) => {
  const made = { failed: 0 };
  for (let n = 0; n < calls; n++)
    limiter.run(vendor.call, { tokens, signal }).catch(() => {
      made.failed++;
    });
  return made;
};

describe('a limiter', () => {
  it('never passes the limit of a minute, wherever the minute begins, and makes use of it', async () => {
    const [limiter, vendor] = [limiterOf({ requestsPerMinute: 10 }), vendorOf(10)];
    make(35, limiter, vendor);
    await clock.move(2_000);
    expect([vendor.answered, limiter.waiting]).toEqual([10, 25]);
    await clock.move(4 * MINUTE);
    expect([vendor.answered, vendor.refused]).toEqual([35, 0]);
  });

  it.each([
    [7, 3],
    [60, 4],
    [3, 2],
  ])('shares %i a minute among %i replicas, whole and no more', async (limit, of) => {
    const vendor = vendorOf(limit);
    const limiters = Array.from({ length: of }, () => limiterOf({ requestsPerMinute: limit }));
    for (const [rank, limiter] of limiters.entries()) {
      limiter.share({ rank, of });
      make(limit, limiter, vendor);
    }
    await clock.move(2_000);
    expect(vendor.answered).toBe(limit);
    await clock.move(20 * MINUTE);
    expect([vendor.answered, vendor.refused]).toEqual([limit * of, 0]);
  });

  it('makes no call while it has no share', async () => {
    const [limiter, vendor] = [limiterOf({ requestsPerMinute: 10 }), vendorOf(10)];
    limiter.share(null);
    make(1, limiter, vendor);
    await clock.move(5 * MINUTE);
    expect(vendor.answered).toBe(0);
    limiter.share({ rank: 0, of: 1 });
    await clock.move(2_000);
    expect(vendor.answered).toBe(1);
  });

  it('keeps calls in flight within their limit, at least one', async () => {
    const [limiter, vendor] = [limiterOf({ maxInFlight: 5 }), vendorOf(1_000)];
    limiter.share({ rank: 0, of: 2 });
    make(30, limiter, vendor);
    await clock.move(MINUTE);
    expect([vendor.answered, vendor.mostInFlight]).toEqual([30, 3]);
    limiter.share({ rank: 7, of: 9 });
    make(2, limiter, vendor);
    await clock.move(MINUTE);
    expect(vendor.answered).toBe(32);
  });

  it('keeps tokens within their limit: as announced, then as used, and one that is larger than the limit alone', async () => {
    const [limiter, vendor] = [limiterOf({ tokensPerMinute: 2_000 }), vendorOf(1_000)];
    make(9, limiter, vendor, 1_000);
    await clock.move(1_999);
    expect(vendor.mostInFlight).toBe(2);
    await clock.move(1);
    // Each used 500 in truth: 1000 are left for one more that may use as many.
    expect([vendor.answered, vendor.inFlight]).toEqual([2, 1]);
    await clock.move(9 * MINUTE);
    expect(vendor.answered).toBe(9);
    make(1, limiter, vendor, 50_000);
    await clock.move(2 * MINUTE);
    expect(vendor.answered).toBe(10);
  });

  it('takes calls of which nothing is said for as large as those before', async () => {
    const [limiter, vendor] = [limiterOf({ tokensPerMinute: 2_000 }), vendorOf(1_000)];
    make(1, limiter, vendor);
    await clock.move(2 * MINUTE);
    make(9, limiter, vendor);
    await clock.settle();
    expect(vendor.inFlight).toBe(4);
  });

  it('lets those who give up go, and counts nothing for them', async () => {
    const [limiter, vendor] = [limiterOf({ requestsPerMinute: 1 }), vendorOf(100)];
    const leaving = new AbortController();
    make(1, limiter, vendor);
    const gone = limiter.run(vendor.call, { signal: leaving.signal });
    leaving.abort(new Error('enough'));
    await expect(gone).rejects.toThrow('enough');
    expect(limiter.waiting).toBe(0);
    make(1, limiter, vendor);
    await clock.move(MINUTE + 4_000);
    expect(vendor.answered).toBe(2);
  });

  it('does not wait for a call that obeys no signal', async () => {
    const limiter = limiterOf({ maxInFlight: 1 });
    const leaving = new AbortController();
    const hung = limiter.run(() => new Promise<object>(() => {}), { signal: leaving.signal });
    const vendor = vendorOf(1);
    make(1, limiter, vendor);
    leaving.abort(new Error('time is up'));
    await expect(hung).rejects.toThrow('time is up');
    await clock.move(2_000);
    expect(vendor.answered).toBe(1);
  });
});

describe('a limiter whose vendor allows less than is known', () => {
  it.each([true, false])('has every call answered, none fails (Retry-After: %s)', async (retryAfter) => {
    const [limiter, vendor] = [limiterOf({}), vendorOf(5, retryAfter)];
    const made = make(40, limiter, vendor);
    await clock.move(30 * MINUTE);
    expect([vendor.answered, made.failed]).toEqual([40, 0]);
    expect(limiter.refused).toBe(vendor.refused);
  });

  it('calls nothing for as long as a refusal asks, then once, and then more and more as calls are well', async () => {
    const [limiter, vendor] = [limiterOf({}), vendorOf(3)];
    make(10, limiter, vendor);
    await clock.settle();
    expect([vendor.inFlight, vendor.refused]).toEqual([3, 7]);
    await clock.move(MINUTE - 1);
    expect([vendor.answered, vendor.refused]).toEqual([3, 7]);
    await clock.move(1);
    expect([vendor.inFlight, vendor.refused]).toEqual([1, 7]);
    await clock.move(2_000);
    expect([vendor.answered, vendor.inFlight, vendor.refused]).toEqual([4, 2, 7]);
  });

  it('gives up on a call that is to wait for longer than a minute, that is refused for five, and that waiting does not help', async () => {
    const refused = (retryAfterMs?: number, pause?: 'no_allowance') => () =>
      Promise.reject<object>(new ProviderError('rate_limited', 'No', retryAfterMs, { pause }));
    await expect(limiterOf({}).run(refused(3_600_000), { signal })).rejects.toThrow('No');
    await expect(limiterOf({}).run(refused(1_000, 'no_allowance'), { signal })).rejects.toThrow('No');
    const forever = limiterOf({}).run(refused(10_000), { signal });
    const gaveUp = expect(forever).rejects.toThrow('No');
    await clock.move(5 * MINUTE + 20_000);
    await gaveUp;
    const other = () => Promise.reject<object>(new ProviderError('provider_unavailable', 'Down'));
    await expect(limiterOf({}).run(other, { signal })).rejects.toThrow('Down');
  });
});

describe('a limiter that hears what the vendor says of its limits', () => {
  it('takes a limit that is lower than the configured one, and not a higher one', async () => {
    const [limiter, vendor] = [limiterOf({ requestsPerMinute: 10 }), vendorOf(1_000)];
    limiter.learn({ requests: { limit: 4 } });
    make(20, limiter, vendor);
    await clock.settle();
    expect(vendor.inFlight).toBe(4);
    limiter.learn({ requests: { limit: 500 } });
    await clock.settle();
    expect(vendor.inFlight).toBe(10);
  });

  it('forgets a limit once a call is well and it is stated no more, and keeps one that each answer states', async () => {
    const [limiter, vendor] = [limiterOf({}), vendorOf(1_000)];
    limiter.learn({ requests: { limit: 1 } });
    make(20, limiter, vendor);
    await clock.move(5_000);
    expect(vendor.answered).toBe(20);

    const [other, stating] = [limiterOf({}), vendorOf(1_000)];
    const call = () => {
      other.learn({ requests: { limit: 2 } });
      return stating.call();
    };
    other.learn({ requests: { limit: 2 } });
    for (let n = 0; n < 5; n++) void other.run(call, { signal });
    await clock.move(5_000);
    expect(stating.answered).toBe(2);
    await clock.move(MINUTE);
    expect(stating.answered).toBe(4);
  });

  it('makes no more calls than its share of what is left, until the limit is renewed', async () => {
    const [limiter, vendor] = [limiterOf({ requestsPerMinute: 100 }), vendorOf(1_000)];
    limiter.share({ rank: 0, of: 2 });
    limiter.learn({ requests: { limit: 100, remaining: 5, resetMs: 30_000 } });
    make(20, limiter, vendor);
    await clock.move(29_999);
    expect(vendor.answered).toBe(2);
    await clock.move(2_001);
    expect(vendor.answered).toBe(20);
  });

  it('waits for no more than a minute for a limit of a longer time, and goes by what is said then', async () => {
    const [limiter, vendor] = [limiterOf({}), vendorOf(1_000)];
    limiter.learn({ tokens: { remaining: 0, resetMs: 86_400_000 } });
    make(1, limiter, vendor);
    await clock.move(MINUTE - 1);
    expect(vendor.inFlight).toBe(0);
    await clock.move(1);
    expect(vendor.inFlight).toBe(1);
  });
});
