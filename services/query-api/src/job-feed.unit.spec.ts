import { JOB_EVENTS_TOPIC, PROGRESS_TOPIC, toMessage, toProgressMessage } from '@inkstream/contracts';
import type { ExecutionView, RecordedExecutionEvent, RecordedJobEvent } from '@inkstream/domain';
import type { Message, MessageBus, TailOptions } from '@inkstream/message-bus';
import { ClientSemaphore } from '@inkstream/service-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JobFeed } from './job-feed.ts';
import { LatestProgress } from './latest-progress.ts';

const uid = '0193b1c4-5d6e-7f80-9a1b-2c3d4e5f6071';
const event = (jobId: number, revision: number): RecordedJobEvent => ({
  type: 'JobDeleted',
  data: { uid, executions: 1, reason: 'asked for' },
  jobId,
  revision,
  uid,
  schemaVersion: 1,
  caller: { tenant: 'default', actor: 'anonymous', requestId: 'r' },
  recordedAt: '2026-11-24T18:05:09.123Z',
});

const news = (...events: RecordedJobEvent[]) => ({ events, missed: false, further: new Set() });
const further = (...ids: number[]) => ({ events: [], missed: false, further: new Set(ids) });

const handlers = new Map<string, TailOptions['handler']>();
const deliver = (topic: string, message: Message) =>
  void handlers.get(topic)?.({ ...message, topic, offset: '1', publishedAt: 0, redelivered: 0, failures: 0 });
const consumer = { pause() {}, resume() {}, close: vi.fn(async () => {}) };
const bus = {
  ensureTopics: async () => {},
  async tail({ topic, handler }: TailOptions) {
    handlers.set(topic, handler);
    return consumer;
  },
} as unknown as MessageBus;
const tell = (jobId: number, revision: number) =>
  deliver(JOB_EVENTS_TOPIC, toMessage(event(jobId, revision), `${jobId}-${revision}`));
const tellProgress = (jobId: number, executionId: number) => {
  const progress = { jobId, executionId, uid, tenant: 'default', attempt: 1, pagesDone: 1, pages: 2 };
  deliver(PROGRESS_TOPIC, toProgressMessage(progress));
};

let feed: JobFeed;
let latest: LatestProgress;
beforeEach(async () => {
  vi.useFakeTimers();
  consumer.close.mockClear();
  latest = new LatestProgress(() => new Date(0));
  feed = new JobFeed(bus, new ClientSemaphore(2, 2), latest);
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

  it('names the executions that made progress, once, and is quiet without events all the same', async () => {
    const subscription = feed.subscribe(1, 'client');
    for (const executionId of [2, 1, 2]) tellProgress(1, executionId);
    tellProgress(2, 7);
    expect(await subscription.wait(1_000)).toEqual(further(1, 2));
    for (let waited = 0; waited < 1_000; waited += 250) {
      const wait = subscription.wait(1_000);
      await vi.advanceTimersByTimeAsync(250);
      tellProgress(1, 1);
      expect(await wait).toEqual(waited < 750 ? further(1) : news());
    }
    expect(await subscription.wait(1_000)).toEqual(further(1));
    tell(1, 7);
    tellProgress(1, 2);
    expect(await subscription.wait(1_000)).toEqual({ ...news(event(1, 7)), further: new Set([2]) });
    subscription.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('forgets the progress of an execution with its end, and with no other event', () => {
    const { type: _, data: _d, ...envelope } = event(1, 0);
    const tellOf = (what: Pick<RecordedExecutionEvent, 'type' | 'data'>) => {
      const recorded = { ...envelope, ...what, executionId: 3 } as RecordedExecutionEvent;
      deliver(JOB_EVENTS_TOPIC, toMessage(recorded, 'e'));
    };
    const known = () =>
      latest.of({ uid, id: 3, status: 'running', attempt: 1 } as ExecutionView) !== undefined;
    tellProgress(1, 3);
    tellOf({ type: 'ExecutionStarted', data: { attempt: 1, worker: 'w' } });
    expect(known()).toBe(true);
    for (const type of ['Completed', 'Failed', 'Cancelled', 'Erased'] as const) {
      tellProgress(1, 3);
      tellOf({ type: `Execution${type}`, data: {} } as RecordedExecutionEvent);
      expect(known()).toBe(false);
    }
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
    expect([subscription.closed, consumer.close.mock.calls.length]).toEqual([true, 2]);
    expect(() => feed.subscribe(1, 'client')).toThrow('Too many event streams');
  });
});
