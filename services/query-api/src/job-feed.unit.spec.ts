import type { MessageBus, TailOptions } from '@inkstream/message-bus';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JobFeed } from './job-feed.ts';

let tell: (key: string) => void;
const consumer = { pause() {}, resume() {}, close: vi.fn(async () => {}) };
const bus = {
  ensureTopics: async () => {},
  async tail({ handler }: TailOptions) {
    tell = (key) => void handler({ key, value: '', headers: {}, topic: '', offset: '1', redelivered: 0 });
    return consumer;
  },
} as unknown as MessageBus;

let feed: JobFeed;
beforeEach(async () => {
  vi.useFakeTimers();
  feed = new JobFeed(bus, 2);
  await feed.start();
});
afterEach(() => vi.useRealTimers());

describe('JobFeed', () => {
  it('wakes those who wait for the job, and nobody else', async () => {
    const [one, other] = [feed.subscribe(1), feed.subscribe(11)];
    const waits = [one.wait(1_000), other.wait(1_000)];
    tell('1');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await Promise.all(waits)).toEqual([true, false]);
  });

  it('keeps news that comes while nobody waits, once', async () => {
    const subscription = feed.subscribe(1);
    tell('1');
    tell('1');
    expect(await subscription.wait(1_000)).toBe(true);
    const next = subscription.wait(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await next).toBe(false);
  });

  it('frees the place, the timer and the wait of a subscription that is closed, however often', async () => {
    const first = feed.subscribe(1);
    feed.subscribe(1);
    expect(() => feed.subscribe(2)).toThrow('Too many event streams');
    const wait = first.wait(1_000);
    first.close();
    first.close();
    expect([await wait, await first.wait(1_000), vi.getTimerCount()]).toEqual([false, false, 0]);
    feed.subscribe(2);
    expect(() => feed.subscribe(3)).toThrow('Too many event streams');
  });

  it('closes everything, and takes no more', async () => {
    const subscription = feed.subscribe(1);
    await feed.close();
    expect([subscription.closed, consumer.close.mock.calls.length]).toEqual([true, 1]);
    expect(() => feed.subscribe(1)).toThrow('Too many event streams');
  });
});
