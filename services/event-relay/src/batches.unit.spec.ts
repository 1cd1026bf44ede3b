import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { JOB_EVENTS_TOPIC, requestsTopic } from '@inkstream/contracts';
import { type ExecutionEvent, executionStream, type Priority } from '@inkstream/domain';
import {
  EventStoreUnavailableError,
  type RecordedEvent,
  type SubscriptionStep,
} from '@inkstream/event-store';
import { toStored } from '@inkstream/job-store';
import { describe, expect, it, vi } from 'vitest';
import { batches } from './batches.ts';

const UID = '0193b3c0-0000-7000-8000-000000000000';
const caller = { tenant: 'default', actor: 'test', requestId: 'test' };
let sequence = 0;
const step = (changes: Partial<RecordedEvent>): SubscriptionStep => {
  const position = String(++sequence).padStart(5, '0');
  const started: ExecutionEvent = { type: 'ExecutionStarted', data: { attempt: 1, worker: 'w' } };
  const stream = executionStream({ jobId: 1, executionId: 1 });
  const recorded = {
    stream,
    revision: sequence,
    position,
    recordedAt: '2026-11-24T12:00:00.000Z',
  };
  return { position, event: { ...toStored(stream, started, { uid: UID, caller }), ...recorded, ...changes } };
};
const document = { mimeType: 'image/png', bytes: 1, sha256: '0'.repeat(64), storageKey: 'jobs/u/files/1' };
const request = (provider: string, priority: { priority?: Priority } = {}) =>
  step({
    stream: 'ocrJob-1',
    type: 'ExecutionRequested',
    data: { executionId: 1, fileId: 1, provider, document, ...priority },
  });
const handover = (to: string, priority: { priority?: Priority } = {}) =>
  step({
    type: 'ExecutionHandedOver',
    data: { attempt: 1, to, because: [], asked: { revision: 1, fileId: 1, document, ...priority } },
  });
const caughtUp = (): SubscriptionStep => ({ position: String(++sequence).padStart(5, '0'), caughtUp: true });

/** A subscription that yields these steps, then waits for its end if it is live. */
const subscription = (steps: readonly SubscriptionStep[], live = false) =>
  async function* subscribe(signal: AbortSignal) {
    yield* steps;
    if (live) await once(signal, 'abort');
  };

async function gather(steps: readonly SubscriptionStep[], error = vi.fn()) {
  const gathered: { position: string; events: number; topics: Record<string, (string | undefined)[]> }[] = [];
  let failure: unknown;
  try {
    const { signal } = new AbortController();
    for await (const { position, events, messages } of batches(subscription(steps), { error }, signal)) {
      const revisions = [...messages].map(
        ([topic, group]) => [topic, group.map(({ headers }) => headers.ce_revision)] as const,
      );
      gathered.push({ position, events, topics: Object.fromEntries(revisions) });
    }
  } catch (thrown) {
    failure = thrown;
  }
  return { gathered, failure, error };
}
const revisions = (...steps: readonly SubscriptionStep[]) =>
  steps.map(({ event }) => String(event?.revision));

/** How many events each batch holds if the caller is as fast as `work` is. */
async function sizes(steps: readonly SubscriptionStep[], work = async () => {}) {
  const all: number[] = [];
  for await (const { events } of batches(subscription(steps), { error() {} }, new AbortController().signal)) {
    all.push(events);
    await work();
  }
  return all;
}

describe('the batches of the relay', () => {
  it('hold no fence, which is no event of a job, and go on past it', async () => {
    const [before, fence, after] = [step({}), step({ type: 'Fenced', data: {}, metadata: {} }), step({})];
    const end = caughtUp();
    const { gathered, error } = await gather([before, fence, after, end]);
    expect(gathered).toEqual([
      { position: end.position, events: 2, topics: { [JOB_EVENTS_TOPIC]: revisions(before, after) } },
    ]);
    expect(error).not.toHaveBeenCalled();
  });

  it('end once there is nothing more to read, with the position that was reached', async () => {
    const steps = [step({}), step({}), caughtUp()];
    const stop = new AbortController();
    const live = batches(subscription(steps, true), { error() {} }, stop.signal);
    expect((await live.next()).value).toMatchObject({ position: steps[2]?.position, events: 2 });
    stop.abort();
    expect(await live.next()).toEqual({ done: true, value: undefined });
  });

  it('hold 500 events at most', async () => {
    const steps = Array.from({ length: 1_200 }, () => step({}));
    expect(await sizes([...steps, caughtUp()])).toEqual([500, 500, 200]);
  });

  it('hold half a million characters and the event that goes beyond at most', async () => {
    const data = { uid: UID, tenant: 'default', name: 'x'.repeat(200_000), files: [] };
    const long = () => step({ stream: 'ocrJob-1', type: 'JobSubmitted', data });
    expect(await sizes([long(), long(), long(), long(), step({}), caughtUp()])).toEqual([3, 2]);
  });

  it('gather what comes while the one before is published, up to one full batch', async () => {
    const trickle = Array.from({ length: 100 }, () => [step({}), caughtUp()]).flat();
    const [first = 0, ...rest] = await sizes(trickle, () => setTimeout(5));
    expect(first).toBeLessThan(50);
    expect(rest).toEqual([100 - first]);
    let read = 0;
    async function* flood() {
      for (; ; read++) yield step({});
    }
    for await (const _ of batches(flood, { error() {} }, new AbortController().signal)) {
      await setTimeout(5);
      break;
    }
    expect(read).toBeLessThanOrEqual(1_000);
  });

  it('end their subscription with the iteration', async () => {
    let ended = false;
    async function* subscribe(signal: AbortSignal) {
      yield* [step({}), caughtUp()];
      await once(signal, 'abort');
      ended = true;
    }
    for await (const _ of batches(subscribe, { error() {} }, new AbortController().signal)) break;
    expect(ended).toBe(true);
  });

  it('hold what came before the subscription failed', async () => {
    const good = step({});
    async function* subscribe() {
      yield good;
      throw new EventStoreUnavailableError('down');
    }
    const failing = batches(subscribe, { error() {} }, new AbortController().signal);
    expect((await failing.next()).value).toMatchObject({ position: good.position, events: 1 });
    await expect(failing.next()).rejects.toThrow('down');
  });

  it('hold each request twice: in the feed and for its provider', async () => {
    const steps = [request('a'), step({}), request('b'), request('a'), caughtUp()] as const;
    const [batch] = (await gather(steps)).gathered;
    expect(batch?.topics).toEqual({
      [JOB_EVENTS_TOPIC]: revisions(...steps.slice(0, 4)),
      [requestsTopic('a')]: revisions(steps[0], steps[3]),
      [requestsTopic('b')]: revisions(steps[2]),
    });
  });

  it('hold what is handed over for the provider that it is handed to, in the lane of its request', async () => {
    const [one, bulk] = [handover('b'), handover('b', { priority: 'bulk' })];
    const [batch] = (await gather([one, bulk, caughtUp()])).gathered;
    expect(batch?.topics).toEqual({
      [JOB_EVENTS_TOPIC]: revisions(one, bulk),
      [requestsTopic('b')]: revisions(one),
      [requestsTopic('b', 'bulk')]: revisions(bulk),
    });
  });

  it('leave out what no release can publish, and say where it is', async () => {
    const bad = [
      step({ stream: 'ocrJob-x' }),
      step({ stream: 'ocrJob-1' }),
      step({ metadata: {} }),
      request('../etc'),
      request('A b'),
      handover('A b'),
    ];
    const good = step({});
    const end = caughtUp();
    const { gathered, error } = await gather([...bad, good, end]);
    expect(gathered).toEqual([
      { position: end.position, events: 7, topics: { [JOB_EVENTS_TOPIC]: revisions(good) } },
    ]);
    expect(error.mock.calls.map(([details]) => details)).toMatchObject(
      bad.map(({ position, event }) => ({ position, stream: event?.stream, revision: event?.revision })),
    );
  });

  it('hold bulk requests for the bulk topic of their provider', async () => {
    const [bulk, person] = [request('a', { priority: 'bulk' }), request('a', { priority: 'interactive' })];
    const [batch] = (await gather([bulk, person, caughtUp()])).gathered;
    expect(batch?.topics).toMatchObject({
      [requestsTopic('a', 'bulk')]: revisions(bulk),
      [requestsTopic('a')]: revisions(person),
    });
  });

  it.each([
    ['in a version', { metadata: { schemaVersion: 2 } }],
    ['of a type', { type: 'ReceiptForgotten', metadata: { schemaVersion: 1 } }],
  ])(
    'end before an event of a later release, %s that is not known, with an error that names it',
    async (_, changes) => {
      const later = step(changes);
      const before = step({});
      const { gathered, failure } = await gather([before, later, step({}), caughtUp()]);
      expect(gathered).toEqual([
        { position: before.position, events: 1, topics: { [JOB_EVENTS_TOPIC]: revisions(before) } },
      ]);
      expect(failure).toMatchObject({
        name: 'LaterReleaseError',
        message: expect.stringContaining(later.position),
      });
    },
  );
});
