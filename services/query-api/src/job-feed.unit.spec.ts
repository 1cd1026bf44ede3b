import { toMessage } from '@inkstream/contracts';
import type { RecordedJobEvent } from '@inkstream/domain';
import type { MessageBus, TailOptions } from '@inkstream/message-bus';
import { ClientSemaphore } from '@inkstream/service-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JobFeed } from './job-feed.ts';

const event = (jobId: number, revision: number): RecordedJobEvent => ({
  type: 'JobDeleted',
  data: { uid: '0193b1c4-5d6e-7f80-9a1b-2c3d4e5f6071', executions: 1, reason: 'asked for' },
  jobId,
  revision,
  uid: '0193b1c4-5d6e-7f80-9a1b-2c3d4e5f6071',
  schemaVersion: 1,
  caller: { tenant: 'default', actor: 'anonymous', requestId: 'r' },
  recordedAt: '2026-11-24T18:05:09.123Z',
});

const news = (...events: RecordedJobEvent[]) => ({ events, missed: false });

let tell: (jobId: number, revision: number) => void;
const consumer = { pause() {}, resume() {}, close: vi.fn(async () => {}) };
const bus = {
  ensureTopics: async () => {},
  async tail({ handler }: TailOptions) {
    tell = (jobId, revision) => {
      const message = toMessage(event(jobId, revision), `${jobId}-${revision}`);
      void handler({ ...message, topic: '', offset: '1', publishedAt: 0, redelivered: 0, failures: 0 });
    };
    return consumer;
  },
} as unknown as MessageBus;

let feed: JobFeed;
beforeEach(async () => {
  vi.useFakeTimers();
  feed = new JobFeed(bus, new ClientSemaphore(2, 2));
  await feed.start();
});
afterEach(() => vi.useRealTimers());

describe('JobFeed', () => {
  it('wakes those who wait for the job, and nobody else', async () => {
    const [one, other] = [feed.subscribe(1, 'client'), feed.subscribe(11, 'client')];
    const waits = [one.wait(1_000), other.wait(1_000)];
    tell(1, 7);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await Promise.all(waits)).toEqual([news(event(1, 7)), news()]);
  });

  it('keeps news that comes while nobody waits, once', async () => {
    const subscription = feed.subscribe(1, 'client');
    tell(1, 7);
    tell(1, 8);
    expect(await subscription.wait(1_000)).toEqual(news(event(1, 7), event(1, 8)));
    const next = subscription.wait(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await next).toEqual(news());
  });

  it('keeps no more than the latest for one who is slow, and tells that there was more', async () => {
    const subscription = feed.subscribe(1, 'client');
    for (let revision = 1; revision <= 1_000; revision++) tell(1, revision);
    const { events, missed } = await subscription.wait(1_000);
    expect([events.length, events.at(-1), missed]).toEqual([20, event(1, 1_000), true]);
    tell(1, 1_001);
    expect(await subscription.wait(1_000)).toEqual(news(event(1, 1_001)));
  });

  it('frees the place, the timer and the wait of a subscription that is closed, however often', async () => {
    const first = feed.subscribe(1, 'client');
    feed.subscribe(1, 'client');
    expect(() => feed.subscribe(2, 'client')).toThrow('Too many event streams');
    const wait = first.wait(1_000);
    first.close();
    first.close();
    expect([await wait, await first.wait(1_000), vi.getTimerCount()]).toEqual([news(), news(), 0]);
    feed.subscribe(2, 'client');
    expect(() => feed.subscribe(3, 'client')).toThrow('Too many event streams');
  });

  it('closes everything, and takes no more', async () => {
    const subscription = feed.subscribe(1, 'client');
    await feed.close();
    expect([subscription.closed, consumer.close.mock.calls.length]).toEqual([true, 1]);
    expect(() => feed.subscribe(1, 'client')).toThrow('Too many event streams');
  });
});
